"""What lies in the data volume and is made once: nodes that share it share these.

Look, then write, without a lock: of several runs that find nothing each makes its own, and the last one's stays. Releases
of this line are like that, so whoever shares the folder puts the keys there before.
"""

import shutil
import subprocess

from common import DATA, Refused, SECRET, folder, give, on_host, random_text

SECRETKEY_LENGTH = 16


def ensure_secretkey():
    path = SECRET / "keys" / "secretkey"
    if path.is_file():
        length = len(path.read_text(encoding="utf-8"))
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(random_text(SECRETKEY_LENGTH), encoding="utf-8")
        print("secret/keys/secretkey: a new one")
        length = SECRETKEY_LENGTH
    give(path, 0o600)
    if length != SECRETKEY_LENGTH:
        raise Refused("secret/keys/secretkey must hold %d characters, it holds %d" % (SECRETKEY_LENGTH, length))


def openssl(*words):
    done = subprocess.run(("openssl", *map(str, words)), capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused("openssl %s: %s" % (words[0], done.stderr.strip()))


def ensure_token_pair():
    """Both are made anew when one of them is missing. The certificate is mounted still, but nothing reads it any more."""
    key, certificate = SECRET / "core" / "private_key.pem", SECRET / "registry" / "root.crt"
    if not (key.exists() and certificate.exists()):
        key.parent.mkdir(parents=True, exist_ok=True)
        certificate.parent.mkdir(parents=True, exist_ok=True)
        openssl("genrsa", "-traditional", "-out", key, 4096)
        openssl("req", "-new", "-x509", "-key", key, "-out", certificate, "-days", 3650, "-subj", "/")
        give(key, 0o600)
        give(certificate, 0o600)
        print("secret/core/private_key.pem and secret/registry/root.crt: a new pair")
    for path in (key, certificate):
        give(path, path.stat().st_mode & 0o777)


def copy_server_pair(certificate, key):
    """Removed first, and then made anew: an nginx that has the folder mounted keeps looking into the old one."""
    target = DATA / "secret" / "cert"
    if target.is_dir():
        shutil.rmtree(target)
    target.mkdir(mode=0o755, parents=True)
    for source, name in ((key, "server.key"), (certificate, "server.crt")):
        if not on_host(source).is_file():
            raise Refused("https needs %s, and there is no such file below /hostfs" % source)
        shutil.copyfile(on_host(source), target / name)
        give(target / name, 0o600)
    folder(target)
