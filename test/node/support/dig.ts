/** What dig says of an answer, with `+noall +comments +answer` and with `+short`. */

export interface Reply {
    readonly status?: string;
    /** `A 192.0.2.1`, `CNAME web.example.com.` */
    readonly records?: readonly string[];
    /** Instead of an answer. */
    readonly failure?: string;
}

/** A Bash program that answers as dig does. */
export function dig({ status = "NOERROR", records = [], failure }: Reply): string {
    if (failure !== undefined) {
        return `echo ';; ${failure}'\necho ';; no servers could be reached'\nexit 9`;
    }
    const short = records.map((record) => record.slice(record.indexOf(" ") + 1));
    const long = records.map((record) => `hub.example.com.\t60\tIN\t${record.replace(" ", "\t")}`);
    return `if [[ $all == *+short* ]]; then
printf '%s\\n' ${short.map((text) => `'${text}'`).join(" ")} | sed '/^$/d'
else
cat <<'END'
;; Got answer:
;; ->>HEADER<<- opcode: QUERY, status: ${status}, id: 14253
;; flags: qr aa rd; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 1
;; WARNING: recursion requested but not available

;; ANSWER SECTION:
${long.join("\n")}
END
fi`;
}
