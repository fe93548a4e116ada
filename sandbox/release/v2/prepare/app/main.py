"""harbor.yml becomes docker-compose.yml and common/config, which the containers mount.

A run keeps nothing of the one before but what lies in the data volume: five secrets and the registry's password are new
each time, so nodes that each ran this don't agree until somebody gives all of them one set.
"""

import argparse
import pathlib
import sys

import files
import keys
import migrate
import settings
from common import Refused


def prepare(conf, with_trivy):
    files.clear()
    values = settings.load(conf, with_trivy)
    files.make(values, with_trivy)
    keys.ensure_secretkey()
    keys.ensure_token_pair()
    files.make_compose(values, with_trivy)


def main():
    parser = argparse.ArgumentParser(prog="prepare")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("prepare", help="make docker-compose.yml and common/config from harbor.yml")
    one.add_argument("--conf", type=pathlib.Path, default=pathlib.Path("/input/harbor.yml"), metavar="FILE")
    one.add_argument("--with-trivy", action="store_true")
    one = commands.add_parser("migrate", help="bring an older harbor.yml to this release's keys")
    one.add_argument("-i", "--input", required=True, metavar="FILE")
    one.add_argument("-o", "--output", metavar="FILE", help="where to, if not over the input")
    one.add_argument("-t", "--target", metavar="VERSION", help="the only target is this release's own")
    arguments = parser.parse_args()
    try:
        if arguments.command == "prepare":
            prepare(arguments.conf, arguments.with_trivy)
        else:
            migrate.run(arguments.input, arguments.output or arguments.input, arguments.target)
    except Refused as refusal:
        sys.exit("prepare: %s" % refusal)


if __name__ == "__main__":
    main()
