import fc from "fast-check";
import { checkServerCertificate } from "../../config/certificates";
import { readCertificates } from "../../config/x509/certificate";
import { pki, projectFile } from "../support/files";
import { now } from "../support/settings";
import { refused } from "./config-x509.verdicts";

interface Chain {
    readonly certificate: string;
    /** Absent where clients know the authority, ca.crt. */
    readonly ca?: string;
}

const chains = JSON.parse(projectFile("test/fixtures/pki/chains.json")) as Readonly<Record<string, Chain>>;

function check({ certificate, ca }: Chain): string[] {
    const pair = { certificate, privateKey: pki("server.key"), caCertificate: ca, domain: "hub.example.com", now };
    return checkServerCertificate(pair).map(({ value = "", allowed }) => `${value}: ${allowed}`);
}

const leads = "CN=hub.example.com: a certificate that leads to httpsCaCertificate: ";

/** Chains that a TLS client in Go 1.26 takes (test/fixtures/pki/verdicts.go). */
const taken = [
    "good",
    "good, of an authority that clients know",
    "one of several names",
    "wildcard",
    "capitals",
    "intermediate",
    "intermediate, of an authority that clients know",
    "two intermediates",
    "two intermediates, in another order and with others",
    "intermediate among the authorities",
    "intermediate as the authority",
    "expired intermediate beside a good one of its name",
    "another authority of the same name beside it",
    "intermediate without keyUsage",
    "intermediate for any purpose",
    "intermediate for servers",
    "intermediate with pathlen 0",
    "root without extensions",
    "root signed with SHA-1",
    "root with pathlen 0",
    "root with pathlen 1 above one intermediate",
    "for servers and clients",
    "for any purpose",
    "unknown extension",
    "critical names, keyUsage and purposes",
    "signed with RSA and sha512",
    "signed with RSA-PSS",
    "authority with a key of kind ed",
    "authority with a key of kind rsa1024",
    "authority with a key of kind p224",
    "permitted domain",
    "permitted name",
    "permitted domain with a dot",
    "one of two permitted domains",
    "excluded other name",
    "permitted addresses",
    "permitted addresses, without an address",
    "permitted mail",
    "signed by itself",
    "signed by itself, an authority",
    "given as authority itself",
];

test("every chain of the fixtures has a verdict", () => {
    const judged = [...taken, ...refused.flatMap(([, cases]) => Object.keys(cases))];
    expect([...judged].sort()).toEqual(Object.keys(chains).sort());
});

test.each(taken)("%s: taken", (name) => {
    expect(check(chains[name] ?? { certificate: "" })).toEqual([]);
});

describe.each(refused)("Go says: %s", (_, cases) => {
    test.each(Object.entries(cases))("%s", (name, says) => {
        expect(check(chains[name] ?? { certificate: "" })).toEqual([says.replace(/^leads: /, leads)]);
    });
});

test("Windows line ends and text between the certificates change nothing", () => {
    const { certificate, ca = "" } = chains["two intermediates"] ?? { certificate: "" };
    expect(check({ certificate: certificate.replaceAll("\n", "\r\n"), ca: ca.replaceAll("\n", "\r\n") })).toEqual([]);
    expect(check({ certificate: certificate.replaceAll("-----BEGIN", "subject=x\n-----BEGIN"), ca })).toEqual([]);
});

test("a certificate that was damaged is one that can't be read, or is judged as what it has become", () => {
    const whole = chains["two intermediates"] ?? { certificate: "" };
    const bytes = (readCertificates(whole.certificate)[0]?.x509.raw ?? Buffer.alloc(0)).toString("base64");
    let unreadable = 0;
    fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.constantFrom("A", "/", "z", "="), fc.boolean(), (at, letter, cut) => {
            const damaged = bytes.slice(0, at) + letter + (cut ? "" : bytes.slice(at + 1));
            const certificate = `-----BEGIN CERTIFICATE-----\n${damaged}\n-----END CERTIFICATE-----`;
            const said = check({ ...whole, certificate });
            if (damaged !== bytes) expect(said).not.toEqual([]);
            if (said[0]?.startsWith("(unreadable)")) unreadable++;
        }),
        { numRuns: 500 },
    );
    expect(unreadable).toBeGreaterThan(200);
});
