#!/bin/sh
# After removal. What wiredesk remembers is the operator's to delete.
set -e
case "$1" in upgrade | 1) exit 0 ;; esac
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
if [ -d /var/lib/private/wiredesk ]; then
	echo "wiredesk: the store stays in /var/lib/private/wiredesk; delete it yourself when it is not wanted"
fi
