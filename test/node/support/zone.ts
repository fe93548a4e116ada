import type { Host } from "./host";

/** A name server's records of the registry's name, in a file of the host: `dig` reads them, `nsupdate` changes them. */
export interface Zone {
    addresses(): string[];
    set(...addresses: readonly string[]): void;
}

export function zone(host: Host, ttl = 60): Zone {
    const file = "/.zone";
    host.answer("dig", {
        run: `records=$(sed "s/^/hub.example.com.\\t${ttl}\\tIN\\tA\\t/" "$root${file}")
if [[ $all == *+comments* ]]; then echo ';; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 1'; fi
if [[ $records ]]; then printf '%s\\n' "$records"; fi`,
    });
    host.answer("nsupdate", {
        run: `while read -r word action name rest; do
[[ $word == update ]] || continue
address=\${rest##* }
case $action in
delete) if [[ $rest == A ]]; then : >"$root${file}"; fi; grep -vxF "$address" "$root${file}" >"$root${file}.new" || true; mv "$root${file}.new" "$root${file}" ;;
add) printf '%s\\n' "$address" >>"$root${file}" ;;
esac
done <<<"$input"`,
    });
    const set = (...addresses: readonly string[]): void => {
        host.write(file, addresses.map((address) => `${address}\n`).join(""));
    };
    set();
    return { set, addresses: () => host.read(file).split("\n").filter(Boolean).sort() };
}
