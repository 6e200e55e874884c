/** The parts of install.sh that are the same for every stack. */

/** How texts are put on the machine: what does not change is not written, what a person edits is never overwritten. */
export const library = `
here=$(cd -- "$(dirname -- "\${BASH_SOURCE[0]}")" && pwd)
root=\${DESTDIR:-}
dry_run=no
scope=system
start=no
purge=no
action=install

say() { printf '%s\\n' "$*"; }
warn() { printf 'warning: %s\\n' "$*" >&2; }
fail() {
  printf 'error: %s\\n' "$*" >&2
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
  if [ -f "$2" ] && cmp -s -- "$1" "$2" && [ "$(stat -c '%a' -- "$2")" = "\${3#0}" ]; then
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
    grep -q "^#\\{0,1\\}$name=" -- "$2" || warn "$2 does not know $name yet: see $1"
  done < <(sed -n 's/^#\\{0,1\\}\\([A-Za-z_][A-Za-z0-9_.]*\\)=.*/\\1/p' "$1")
}

make_folder() { # PATH MODE
  if [ -d "$1" ] && [ "$(stat -c '%a' -- "$1")" = "\${2#0}" ]; then return; fi
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
  found=$(systemctl --version | sed -n '1s/^systemd \\([0-9]*\\).*/\\1/p')
  [ "\${found:-0}" -ge "$1" ] || missing+=("systemd $1 or newer: this machine has \${found:-none}; render again for it")
}

need_podman() {
  live || return 0
  local found
  found=$(podman version --format '{{.Client.Version}}' 2>/dev/null || true)
  [ "\${found%%.*}" != '' ] && [ "\${found%%.*}" -ge 5 ] || missing+=("podman 5 or newer: apt-get install podman")
}`.trim();

/** Values that nobody else may see. */
export const credentials = `
# A credential is a file of one value, mode 0600. The value comes by standard input: never by an argument, which everybody could see.
set_credential() { # NAME
  local name known=no
  for name in "\${credential_names[@]}"; do if [ "$name" = "$1" ]; then known=yes; fi; done
  [ "$known" = yes ] || fail "no credential is named $1; there are: \${credential_names[*]}"
  make_folder "$settings/credentials" 0700
  local value
  IFS= read -r -d '' value || true
  value=\${value%$'\\n'}
  [ -n "$value" ] || fail "nothing came by standard input"
  [ "$dry_run" = yes ] || printf '%s' "$value" >"$settings/credentials/$1"
  say "kept $settings/credentials/$1; restart the units that use it"
}

# Optional ones are empty files: a unit whose credential is missing does not start.
make_credentials() {
  [ "\${#credential_names[@]}" -gt 0 ] || return 0
  make_folder "$settings/credentials" 0700
  local name
  for name in "\${credential_names[@]}"; do
    if [ ! -e "$settings/credentials/$name" ]; then run install -m 0600 /dev/null "$settings/credentials/$name"; fi
    if [ "$(stat -c '%a' -- "$settings/credentials/$name" 2>/dev/null || echo 600)" != 600 ]; then
      run chmod 0600 -- "$settings/credentials/$name"
    fi
  done
  for name in "\${required_credentials[@]}"; do
    [ -s "$settings/credentials/$name" ] || open_credentials+=("$name")
  done
}`.trim();

/** How Podman gets what is secret. */
export const podmanSecrets = `
# Joins parts into one value: =TEXT as it stands, @CREDENTIAL from its file, :SETTING from a file of settings. Nothing if one is empty.
join_value() { # SETTINGS-FILE PART...
  local file=$1 part value all=''
  shift
  for part in "$@"; do
    case $part in
      =*) value=\${part#=} ;;
      @*) value=$(cat -- "$settings/credentials/\${part#@}" 2>/dev/null || true) && [ -n "$value" ] || return 0 ;;
      :*) value=$(sed -n "s/^\${part#:}=//p" "$file" 2>/dev/null || true) ;;
    esac
    all+=$value
  done
  printf '%s' "$all"
}

# Gives Podman a secret by standard input.
give_secret() { # NAME SETTINGS-FILE PART...
  local name=$1 value
  shift
  value=$(join_value "$@")
  if [ -z "$value" ]; then return; fi
  given_secrets+=("$name")
  if [ "$dry_run" = yes ]; then
    say "would give Podman the secret $name"
  elif live; then
    printf '%s' "$value" | podman secret create --replace "$name" - >/dev/null
  fi
}

# A secret that is optional is named in a drop-in, once it is there.
name_secret() { # CONTAINER NAME LINE
  local folder="$quadlet_folder/$1.d" name=$2 line=$3 given
  for given in "\${given_secrets[@]}"; do
    if [ "$given" = "$name" ]; then
      run mkdir -p -- "$folder"
      [ "$dry_run" = yes ] || printf '[Container]\\nSecret=%s\\n' "$line" >"$folder/20-$name.conf"
      return
    fi
  done
  run rm -f -- "$folder/20-$name.conf"
}`.trim();
