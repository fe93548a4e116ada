"""Places, owners and small tools."""

import os
import pathlib
import secrets
import string

APP = pathlib.Path("/usr/src/app")
TEMPLATES = APP / "templates"
CONFIG = pathlib.Path("/config")
DATA = pathlib.Path("/data")
SECRET = DATA / "secret"
HOST = pathlib.Path("/hostfs")
COMPOSE = pathlib.Path("/compose_location/docker-compose.yml")
# The user that all services but log run as
OWNER = 10000
# That of PostgreSQL and Redis
STORE_OWNER = 999


class Refused(Exception):
    """Ends the run with a sentence for whoever called it."""


def random_text(length):
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(length))


def on_host(path):
    """A path of the machine, as it is called in here."""
    return HOST / str(path).lstrip("/") if HOST.is_dir() else pathlib.Path(path)


def release():
    import yaml

    return str(yaml.safe_load((APP / "versions").read_text(encoding="utf-8"))["VERSION_TAG"])


def give(path, mode, owner=OWNER):
    os.chmod(path, mode)
    os.chown(path, owner, owner)


def folder(path, owner=OWNER, mode=0o755):
    """Look, then make: of two runs on one shared folder either can fall over the other. A folder of another owner is handed
    over with all that is in it."""
    if not path.exists():
        path.mkdir(mode=mode, parents=True)
    elif path.stat().st_mode & 0o777 != mode:
        path.chmod(mode)
    if (path.stat().st_uid, path.stat().st_gid) == (owner, owner):
        return
    os.chown(path, owner, owner)
    for root, folders, names in os.walk(path):
        for name in folders + names:
            os.chown(os.path.join(root, name), owner, owner)
