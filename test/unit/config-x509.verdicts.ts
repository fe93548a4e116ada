/** Chains that a TLS client in Go 1.26 refuses (test/fixtures/pki/verdicts.go), by what it says, and what is said here. */
export const refused: readonly [string, Readonly<Record<string, string>>][] = [
    [
        "certificate relies on legacy Common Name field, use SANs instead",
        {
            "no subjectAltName":
                "for CN=hub.example.com without a subjectAltName: a certificate that covers hub.example.com in its subjectAltName (Docker and containerd don't look at the CN)",
        },
    ],
    [
        "certificate is valid for registry.example.com, not hub.example.com",
        {
            "another name": "for DNS:registry.example.com: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is valid for *.com, not hub.example.com",
        {
            "wildcard for one label less": "for DNS:*.com: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is valid for *.hub.example.com, not hub.example.com",
        {
            "wildcard for one label more": "for DNS:*.hub.example.com: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is valid for h*.example.com, not hub.example.com",
        {
            "wildcard in a label": "for DNS:h*.example.com: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is valid for hub.*.com, not hub.example.com",
        {
            "wildcard in the middle": "for DNS:hub.*.com: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is valid for *, not hub.example.com",
        {
            "wildcard alone": "for DNS:*: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is valid for hub.example.com., not hub.example.com",
        {
            "dot at the end": "for DNS:hub.example.com.: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate is not valid for any names, but wanted to match hub.example.com",
        {
            "address only": "for IP Address:192.0.2.11: a certificate that covers hub.example.com",
            "name as a URI": "for URI:https://hub.example.com: a certificate that covers hub.example.com",
        },
    ],
    [
        "certificate has expired or is not yet valid",
        {
            expired: "expired on Dec 31 00:00:00 2029 GMT: a certificate that is valid now",
            "not yet valid": "valid from Jan  2 00:00:00 2030 GMT: a certificate that is valid now",
            "expired intermediate": "leads: CN=sub expired on Dec 31 00:00:00 2029 GMT",
            "expired intermediate, of an authority that clients know":
                "CN=hub.example.com: one with its issuer: CN=sub expired on Dec 31 00:00:00 2029 GMT",
            "expired root": "leads: CN=root expired on Dec 31 00:00:00 2029 GMT",
        },
    ],
    [
        "certificate signed by unknown authority",
        {
            "intermediate missing": "leads: CN=sub, the issuer of CN=hub.example.com, isn't there",
            "upper intermediate missing": "leads: CN=sub, the issuer of CN=sub2, isn't there",
            "another authority": "leads: CN=root, the issuer of CN=hub.example.com, isn't there",
            "signed by itself, and not given as authority":
                "CN=hub.example.com: one of an authority; one that signed itself goes into httpsCaCertificate, too",
            "signed by itself, with another authority":
                "leads: CN=hub.example.com, the issuer of CN=hub.example.com, isn't there",
        },
    ],
    [
        "ECDSA verification failure",
        {
            "another authority of the same name":
                "leads: CN=root didn't sign CN=hub.example.com: another key of the same name",
        },
    ],
    [
        "invalid signature: parent certificate cannot sign this kind of certificate",
        {
            "intermediate that is no authority": "leads: CN=s is no certificate authority (basicConstraints)",
            "intermediate that is no authority, of one that clients know":
                "CN=hub.example.com: one with its issuer: CN=s is no certificate authority (basicConstraints)",
            "intermediate without basicConstraints": "leads: CN=s is no certificate authority (basicConstraints)",
            "intermediate that may not sign": "leads: CN=s may not sign certificates (keyUsage)",
            "root that is no authority": "leads: CN=root is no certificate authority (basicConstraints)",
            "root without basicConstraints": "leads: CN=root is no certificate authority (basicConstraints)",
            "root that may not sign": "leads: CN=root may not sign certificates (keyUsage)",
        },
    ],
    [
        "certificate is not authorized to sign other certificates",
        {
            "intermediate without extensions": "leads: CN=s is no certificate authority (basicConstraints)",
        },
    ],
    [
        "certificate specifies an incompatible key usage",
        {
            "intermediate for clients": "leads: CN=s has extendedKeyUsage without serverAuth",
            "root for mail": "leads: CN=root has extendedKeyUsage without serverAuth",
            "for clients only": "extendedKeyUsage without serverAuth: one that Docker and containerd take",
            "signed by itself, for clients": "extendedKeyUsage without serverAuth: one that Docker and containerd take",
        },
    ],
    [
        "cannot verify signature: insecure algorithm ECDSA-SHA1",
        {
            "intermediate signed with SHA-1": "leads: CN=root is the issuer of CN=s, which is signed with SHA-1",
            "signed with ECDSA and sha1":
                "leads: CN=root is the issuer of CN=hub.example.com, which is signed with SHA-1",
            "signed with ECDSA and sha1, of an authority that clients know":
                "CN=hub.example.com: a certificate that Docker and containerd take; it is signed with SHA-1",
        },
    ],
    [
        "unhandled critical extension",
        {
            "intermediate with an unknown critical extension":
                "leads: CN=s has a critical extension that Go doesn't know (1.2.3.4)",
            "unknown critical extension":
                "a critical extension that Go doesn't know (1.2.3.4): one that Docker and containerd take",
            "critical constraint of a kind that Go doesn't know":
                "leads: CN=s has a critical extension that Go doesn't know (2.5.29.30)",
        },
    ],
    [
        "too many intermediates for path length constraint",
        {
            "root with pathlen 0 above an intermediate":
                "leads: CN=root has more authorities below it than it may (pathlen)",
            "root with pathlen 1 above two intermediates":
                "leads: CN=root has more authorities below it than it may (pathlen)",
        },
    ],
    [
        "cannot verify signature: insecure algorithm SHA1-RSA",
        {
            "signed with RSA and sha1":
                "leads: CN=short is the issuer of CN=hub.example.com, which is signed with SHA-1",
        },
    ],
    [
        "cannot verify signature: insecure algorithm MD5-RSA",
        {
            "signed with RSA and md5": "leads: CN=short is the issuer of CN=hub.example.com, which is signed with MD5",
        },
    ],
    [
        "cannot verify signature: algorithm unimplemented",
        {
            "signed with RSA and sha224":
                "leads: CN=short is the issuer of CN=hub.example.com, which is signed with an algorithm that Go doesn't take (1.2.840.113549.1.1.14)",
            "signed with RSA-PSS and a salt of another length":
                "leads: CN=short is the issuer of CN=hub.example.com, which is signed with an algorithm that Go doesn't take (1.2.840.113549.1.1.10)",
            "signed with RSA-PSS and another hash in its mask":
                "leads: CN=short is the issuer of CN=hub.example.com, which is signed with an algorithm that Go doesn't take (1.2.840.113549.1.1.10)",
        },
    ],
    [
        "crypto/rsa: 512-bit keys are insecure",
        {
            "authority with a key of kind rsa512": "leads: CN=k has an RSA key of 512 bits",
        },
    ],
    [
        'not authorized to sign for this name: DNS name "hub.example.com" is not permitted by any constraint',
        {
            "permitted name with a dot": "leads: CN=s isn't allowed to sign for hub.example.com (nameConstraints)",
            "permitted other domain": "leads: CN=s isn't allowed to sign for hub.example.com (nameConstraints)",
            "permitted domain that only ends like it":
                "leads: CN=s isn't allowed to sign for hub.example.com (nameConstraints)",
        },
    ],
    [
        'not authorized to sign for this name: DNS name "hub.example.org" is not permitted by any constraint',
        {
            "permitted domain, but another name of two":
                "leads: CN=s isn't allowed to sign for hub.example.org (nameConstraints)",
        },
    ],
    [
        'not authorized to sign for this name: DNS name "hub.example.com" is excluded by constraint "example.com"',
        {
            "excluded domain": "leads: CN=s isn't allowed to sign for hub.example.com (nameConstraints)",
        },
    ],
    [
        'not authorized to sign for this name: DNS name "*.example.com" is excluded by constraint "registry.example.com"',
        {
            "excluded name that a wildcard covers":
                "leads: CN=s isn't allowed to sign for *.example.com (nameConstraints)",
        },
    ],
    [
        'not authorized to sign for this name: IP address "192.0.2.11" is excluded by constraint "0.0.0.0/0"',
        {
            "excluded addresses": "leads: CN=s isn't allowed to sign for 192.0.2.11 (nameConstraints)",
        },
    ],
];
