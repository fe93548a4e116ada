import { utils } from "ssh2";

/** An ed25519 key pair. ssh2 1.17 now and then writes one that it can't read itself; such a one is made again. */
export function keyPair(): { private: string; public: string } {
    for (;;) {
        const pair = utils.generateKeyPairSync("ed25519");
        const readable = [pair.private, pair.public].every((key) => !(utils.parseKey(key) instanceof Error));
        if (readable) return pair;
    }
}
