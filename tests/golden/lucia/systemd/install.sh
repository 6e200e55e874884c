#!/usr/bin/env bash
# Installs the units of lucia on this machine, and takes them away again. Run again, it changes what changed.
#
# install.sh [--dry-run] [--start]      puts files in place; --start also enables and starts the units
# install.sh --credential NAME          keeps a credential; its value comes by standard input
# install.sh --uninstall [--purge]      stops the units and removes their files; settings and data stay
#
# With DESTDIR=FOLDER the files are put below that folder and nothing is started.
# Exit codes: 0 done, 1 not done.

set -euo pipefail
umask 077

usage() { sed -n '2,/^$/{s/^#\( \|$\)//p;}' "$0"; }

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
root=${DESTDIR:-}
dry_run=no
scope=system
start=no
purge=no
action=install

say() { printf '%s\n' "$*"; }
warn() { printf 'warning: %s\n' "$*" >&2; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Does what is said, or only says it.
run() {
  if [ "$dry_run" = yes ]; then
    say "would run: $(printf '%q ' "$@")"
  else
    "$@"
  fi
}

# With DESTDIR a tree of files is made for somebody else's machine: nothing on this one is asked or changed.
live() { [ -z "$root" ]; }

manager() {
  if [ "$scope" = user ]; then run systemctl --user "$@"; else run systemctl "$@"; fi
}

place_file() { # SOURCE DESTINATION MODE
  if [ -f "$2" ] && cmp -s -- "$1" "$2" && [ "$(stat -c '%a' -- "$2")" = "${3#0}" ]; then
    return
  fi
  run install -D -m "$3" -- "$1" "$2"
  [ "$dry_run" = yes ] || say "installed $2"
  changed=yes
}

# Settings belong to the person: what is there stays, and what is new is told.
keep_settings() { # EXAMPLE DESTINATION
  if [ ! -e "$2" ]; then
    run install -D -m 0600 -- "$1" "$2"
    [ "$dry_run" = yes ] || say "installed $2: fill it in"
    changed=yes
    return
  fi
  if [ "$(stat -c '%a' -- "$2")" != 600 ]; then run chmod 0600 -- "$2"; fi
  local name
  while read -r name; do
    grep -q "^#\{0,1\}$name=" -- "$2" || warn "$2 does not know $name yet: see $1"
  done < <(sed -n 's/^#\{0,1\}\([A-Za-z_][A-Za-z0-9_.]*\)=.*/\1/p' "$1")
}

make_folder() { # PATH MODE
  if [ -d "$1" ] && [ "$(stat -c '%a' -- "$1")" = "${2#0}" ]; then return; fi
  run install -d -m "$2" -- "$1"
}

make_user() { # NAME
  live || return 0
  getent passwd "$1" >/dev/null && return
  run useradd --system --user-group --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin -- "$1"
}

need_program() { # PATH WHAT-FOR
  live || return 0
  command -v -- "$1" >/dev/null || missing+=("$1: $2")
}

need_systemd() { # VERSION
  live || return 0
  local found
  found=$(systemctl --version | sed -n '1s/^systemd \([0-9]*\).*/\1/p')
  [ "${found:-0}" -ge "$1" ] || missing+=("systemd $1 or newer: this machine has ${found:-none}; render again for it")
}

need_podman() {
  live || return 0
  local found
  found=$(podman version --format '{{.Client.Version}}' 2>/dev/null || true)
  [ "${found%%.*}" != '' ] && [ "${found%%.*}" -ge 5 ] || missing+=("podman 5 or newer: apt-get install podman")
}

credential_names=(
  HomeAssistant__AccessToken
  OTEL_EXPORTER_OTLP_HEADERS
  OpenAI__ApiKey
  Redis__Password
)
required_credentials=(
  HomeAssistant__AccessToken
  OpenAI__ApiKey
  Redis__Password
)
open_credentials=()

while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry_run=yes ;;
    --user) fail "programs of the machine run as units of the system; --user is for containers only" ;;
    --start) start=yes ;;
    --uninstall) action=uninstall ;;
    --purge) purge=yes ;;
    --credential)
      action=credential
      credential=${2:?--credential needs a name}
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "unknown option $1; see --help" ;;
  esac
  shift
done

if live && [ "$scope" = system ] && [ "$dry_run" = no ] && [ "$(id -u)" -ne 0 ]; then fail "run it as root, or with --dry-run"; fi

settings="$root/etc/lucia"
unit_folder="$root/etc/systemd/system"
programs="$root/usr/local/lib/lucia"

# A credential is a file of one value, mode 0600. The value comes by standard input: never by an argument, which everybody could see.
set_credential() { # NAME
  local name known=no
  for name in "${credential_names[@]}"; do if [ "$name" = "$1" ]; then known=yes; fi; done
  [ "$known" = yes ] || fail "no credential is named $1; there are: ${credential_names[*]}"
  make_folder "$settings/credentials" 0700
  local value
  IFS= read -r -d '' value || true
  value=${value%$'\n'}
  [ -n "$value" ] || fail "nothing came by standard input"
  [ "$dry_run" = yes ] || printf '%s' "$value" >"$settings/credentials/$1"
  say "kept $settings/credentials/$1; restart the units that use it"
}

# Optional ones are empty files: a unit whose credential is missing does not start.
make_credentials() {
  [ "${#credential_names[@]}" -gt 0 ] || return 0
  make_folder "$settings/credentials" 0700
  local name
  for name in "${credential_names[@]}"; do
    if [ ! -e "$settings/credentials/$name" ]; then run install -m 0600 /dev/null "$settings/credentials/$name"; fi
    if [ "$(stat -c '%a' -- "$settings/credentials/$name" 2>/dev/null || echo 600)" != 600 ]; then
      run chmod 0600 -- "$settings/credentials/$name"
    fi
  done
  for name in "${required_credentials[@]}"; do
    [ -s "$settings/credentials/$name" ] || open_credentials+=("$name")
  done
}

check_machine() {
  missing=()
  need_systemd 257
  need_program /usr/bin/dotnet 'apt-get install aspnetcore-runtime-10.0'
  if live && ! systemctl cat -- redis-server.service >/dev/null 2>&1; then
    missing+=('redis-server.service: apt-get install redis-server')
  fi
  if [ "${#missing[@]}" -gt 0 ]; then
    for item in "${missing[@]}"; do warn "missing: $item"; done
    [ "$dry_run" = yes ] || fail "nothing was changed"
  fi
}

install_all() {
  changed=no
  make_folder "$settings" 0755
  place_file "$here/files/appsettings.Production.json" "$settings/files/appsettings.Production.json" 0644
  place_file "$here/programs/lucia-start" "$programs/lucia-start" 0755
  place_file "$here/units/lucia.service" "$unit_folder/lucia.service" 0644
  keep_settings "$here/lucia.env.example" "$settings/lucia.env"
  make_credentials
  if live; then manager daemon-reload; fi
}

uninstall_all() {
  if live; then manager disable --now lucia.service || true; fi
  run rm -f -- "$unit_folder/lucia.service"
  run rm -f -- "$programs/lucia-start"
  if live; then manager daemon-reload; fi
  if [ "$purge" = yes ]; then
    run rm -rf -- "$settings"
    say "settings and credentials are gone; data below /var/lib/lucia and in volumes stays until you remove it"
  else
    say "kept: $settings (settings and credentials) and all data; --purge takes the settings too"
  fi
}

start_all() {
  manager enable lucia.service
  manager restart lucia.service
}

say_next() {
  say ""
  say "Next:"
  say "  - fill in $settings/lucia.env"
  for name in "${open_credentials[@]}"; do say "  - $0 --credential $name   (the value by standard input)"; done
  say "  - $0 --start"
  say "  - systemctl status lucia.service"
  say "  - journalctl -u 'lucia*' -f"
}

case $action in
  credential) set_credential "$credential" ;;
  uninstall) uninstall_all ;;
  install)
    check_machine
    install_all
    if [ "$start" = yes ]; then
      [ "${#open_credentials[@]}" -eq 0 ] || fail "credentials are missing: ${open_credentials[*]}"
      start_all
    elif [ "$changed" = yes ] || [ "$dry_run" = yes ]; then
      say_next
    else
      say "nothing changed"
    fi
    ;;
esac
