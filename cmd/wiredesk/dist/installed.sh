#!/bin/sh
# After installation or upgrade: a daemon that runs is started anew; one that
# does not is not started, for its configuration wants a look first.
set -e
[ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
systemctl try-restart wiredesk.service
