#!/usr/bin/env bash
# Looks before a deployment of lucia whether its files are right and its settings are set, each by its own rule.
#
# validate-deployment.sh [--way WAY] [--json] [OPTION...]
#   --way WAY              compose (default), kubernetes or systemd
#   --json                 one JSON object instead of lines
#   --compose-folder DIR   where compose.yaml lies; ../compose beside this script
#   --env-file FILE        where settings are read from; may be said again
#
# No value is ever printed. Exit codes: 0 all is right, 1 with warnings, 2 with errors, 3 it could not be looked at.

set -euo pipefail
umask 077

usage() { sed -n '2,/^$/{s/^#\( \|$\)//p;}' "$0"; }

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
as_json=no
rows=()
failures=0
warnings=0

json_text() {
  local text=$1
  text=${text//\\/\\\\}
  text=${text//\"/\\\"}
  printf '"%s"' "${text//[[:cntrl:]]/ }"
}

# One finding: ok, degraded or down. Details never hold the value of a setting.
report() { # COMPONENT CHECK STATUS DETAIL
  case $3 in
    ok) ;;
    degraded) warnings=$((warnings + 1)) ;;
    *) failures=$((failures + 1)) ;;
  esac
  if [ "$as_json" = yes ]; then
    rows+=("{\"component\":$(json_text "$1"),\"check\":$(json_text "$2"),\"status\":$(json_text "$3"),\"detail\":$(json_text "$4")}")
  else
    printf '%-9s %-20s %-32s %s\n' "$3" "$1" "$2" "$4"
  fi
}

# The whole as a word, and as the exit code: 0 ok, 1 degraded, 2 down.
finish() { # STACK
  local status=ok code=0
  if [ "$failures" -gt 0 ]; then
    status=down code=2
  elif [ "$warnings" -gt 0 ]; then
    status=degraded code=1
  fi
  if [ "$as_json" = yes ]; then
    local IFS=,
    printf '{"stack":%s,"way":%s,"status":"%s","checks":[%s]}\n' "$(json_text "$1")" "$(json_text "$way")" "$status" "${rows[*]}"
  else
    printf '%s: %s\n' "$1" "$status"
  fi
  exit "$code"
}

wrong_usage() {
  printf 'error: %s; see --help\n' "$1" >&2
  exit 3
}

scratch=$(mktemp -d)
trap 'rm -rf -- "$scratch"' EXIT

way=compose
compose_folder="$here/../compose"
settings_files=()
while [ $# -gt 0 ]; do
  case $1 in
    --way)
      way=${2:?--way needs compose, kubernetes or systemd}
      shift
      ;;
    --json) as_json=yes ;;
    --compose-folder)
      compose_folder=${2:?--compose-folder needs a folder}
      shift
      ;;
    --env-file)
      settings_files+=("${2:?--env-file needs a file}")
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done
if [ "${#settings_files[@]}" -eq 0 ]; then
  case $way in
    compose) settings_files=("$compose_folder/.env") ;;
    kubernetes) settings_files=("$here/../kubernetes/base/config/"*.env "$here/../kubernetes/components/secrets/secrets.env") ;;
    systemd) settings_files=(/etc/lucia/lucia.env) ;;
  esac
fi

credentials_folder=${CREDENTIALS:-/etc/lucia/credentials}

# Prints the value of a setting: of the environment, else of the files. Quotes around it are taken off.
setting() { # NAME
  local value file
  if [ -n "${!1-}" ]; then
    printf '%s' "${!1}"
    return 0
  fi
  for file in "${settings_files[@]}"; do
    [ -r "$file" ] || continue
    value=$(sed -n "s/^\(export \)\{0,1\}$1=//p" "$file" | tail -n 1)
    case $value in
      \"*\") value=${value#\"} value=${value%\"} ;;
      \'*\') value=${value#\'} value=${value%\'} ;;
    esac
    if [ -n "$value" ]; then
      printf '%s' "$value"
      return 0
    fi
  done
}

bad() { report "$1" setting down "$2"; }

# What somebody wrote to be replaced, and nobody did.
is_placeholder() {
  grep -qiE '^(<.*>|\{\{.*\}\}|\[.*\])$|change[-_ ]?me|replace[-_ ]?(me|this|with)|your[-_ ].*[-_ ]?(key|token|password|secret|host|url|here)|^(x{3,}|todo|fixme|tbd|secret|password|example|placeholder|sk-\.\.\.)$' <<<"$1"
}

# Of any scheme; one that has to be http or https says so by its pattern.
is_url() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*://([^/@[:space:]]*@)?([A-Za-z0-9._~%-]+|\[[0-9A-Fa-f:.]+\])(:([0-9]{1,5}))?([/?#].*)?$ ]] && { [ -z "${BASH_REMATCH[4]}" ] || [ "${BASH_REMATCH[4]}" -le 65535 ]; }
}

is_whole() { # VALUE LEAST MOST
  [[ $1 =~ ^-?[0-9]{1,18}$ ]] || return 1
  awk -v value="$1" -v least="$2" -v most="$3" 'BEGIN { exit !((least == "" || value + 0 >= least + 0) && (most == "" || value + 0 <= most + 0)) }'
}

check_setting() { # NAME NEED SENSITIVE TYPE LEAST MOST LENGTH PATTERN VALUE...
  local name=$1 need=$2 sensitive=$3 type=$4 least=$5 most=$6 length=$7 pattern=$8 value one known=no
  shift 8
  value=$(setting "$name")
  if [ -z "$value" ] && [ "$sensitive" = yes ] && [ -r "$credentials_folder/$name" ]; then value=$(cat -- "$credentials_folder/$name"); fi
  if [ -z "$value" ]; then
    if [ "$need" = required ]; then bad "$name" "is required and not set"; fi
    return 0
  fi
  if is_placeholder "$value"; then bad "$name" "is still a placeholder"; return 0; fi
  case $type in
    url) is_url "$value" || { bad "$name" "is no URL"; return 0; } ;;
    integer) is_whole "$value" "$least" "$most" || { bad "$name" "is no whole number${least:+ from $least}${most:+ to $most}"; return 0; } ;;
    port) is_whole "$value" 1 65535 || { bad "$name" "is no port"; return 0; } ;;
    boolean) case $value in true | false) ;; *) bad "$name" "is neither true nor false"; return 0 ;; esac ;;
    duration) [[ $value =~ ^([0-9]+([.][0-9]+)?(ns|us|ms|s|m|h))+$ ]] || { bad "$name" "is no duration such as 1m30s"; return 0; } ;;
    host) [[ $value =~ ^[A-Za-z0-9.:-]+$ ]] || { bad "$name" "is no host name or address"; return 0; } ;;
    choice)
      for one in "$@"; do if [ "$one" = "$value" ]; then known=yes; fi; done
      [ "$known" = yes ] || { bad "$name" "is none of $*"; return 0; }
      ;;
  esac
  if [ -n "$length" ] && [ "${#value}" -lt "$length" ]; then bad "$name" "is shorter than $length characters"; return 0; fi
  if [ -n "$pattern" ] && ! grep -qP -- "$pattern" <<<"$value"; then bad "$name" "does not look like $pattern"; return 0; fi
  report "$name" setting ok "set"
}

check_mode() { # FILE
  [ -e "$1" ] || return 0
  local mode
  mode=$(stat -c '%a' -- "$1")
  case $mode in
    *00) report "$(basename -- "$1")" mode ok "$mode" ;;
    *) report "$(basename -- "$1")" mode degraded "$mode: others can read it; chmod 600" ;;
  esac
}

judge() { # NAME PROGRAM ARGUMENT...
  local name=$1
  shift
  if ! command -v -- "$1" >/dev/null; then
    report "$name" syntax degraded "$1 is missing: not looked at"
  elif "$@" >"$scratch/out" 2>"$scratch/error"; then
    report "$name" syntax ok "accepted"
  else
    report "$name" syntax down "$(head -n 1 "$scratch/error" | cut -c 1-160)"
  fi
}

# systemd says what it does not know and still is content: every line counts, but for programs that are not installed yet.
judge_unit() { # FILE
  if ! command -v systemd-analyze >/dev/null; then
    report "$(basename -- "$1")" syntax degraded "systemd-analyze is missing: not looked at"
    return 0
  fi
  systemd-analyze verify --man=no "$1" >"$scratch/out" 2>"$scratch/error" || true
  if grep -vE 'is not executable|Unit .* not found' "$scratch/error" >"$scratch/rest"; then
    report "$(basename -- "$1")" syntax down "$(head -n 1 "$scratch/rest" | cut -c 1-160)"
  else
    report "$(basename -- "$1")" syntax ok "accepted"
  fi
}

check_files_compose() {
  for file in "${settings_files[@]}"; do check_mode "$file"; done
  judge compose.yaml docker compose --project-directory "$compose_folder" config --quiet
}

check_files_kubernetes() {
  for file in "$here/../kubernetes/components/secrets/secrets.env" "$here/../kubernetes/components/secrets/secrets"/*; do check_mode "$file"; done
  judge chart helm lint --strict "$here/../helm"
  for overlay in "$here/../kubernetes/overlays"/*/; do judge "$(basename -- "$overlay")" kubectl kustomize "$overlay"; done
}

check_files_systemd() {
  for file in "${settings_files[@]}"; do check_mode "$file"; done
  judge_unit "$here/../systemd/units/lucia.service"
  for file in "$credentials_folder"/*; do check_mode "$file"; done
}

check_settings() {
  check_setting HomeAssistant__BaseUrl required no url '' '' '' '^(?:^https?://[^/]+.*$)$'
  check_setting HomeAssistant__AccessToken required yes text '' '' 32 ''
  check_setting OpenAI__ApiKey required yes text '' '' '' '^(?:^(ollama|lm-studio|.{20,})$)$'
  check_setting OpenAI__BaseUrl optional no url '' '' '' '^(?:^https?://[^/]+.*$)$'
  check_setting OpenAI__ModelId optional no text '' '' '' ''
  check_setting OpenAI__EmbeddingModelId optional no text '' '' '' ''
  check_setting Redis__ConnectionString optional no text '' '' '' '^(?:^[A-Za-z0-9.-]+:[0-9]{1,5}(,.+)?$)$'
  check_setting Redis__Password required yes text '' '' 32 ''
  check_setting Logging__LogLevel__Default optional no choice '' '' '' '' Trace Debug Information Warning Error Critical
  check_setting OTEL_EXPORTER_OTLP_ENDPOINT optional no url '' '' '' '^(?:^https?://[^/]+.*$)$'
  check_setting OTEL_EXPORTER_OTLP_PROTOCOL optional no choice '' '' '' '' grpc http/protobuf
  check_setting OTEL_EXPORTER_OTLP_HEADERS optional yes text '' '' '' ''
  check_setting OTEL_SERVICE_NAME optional no text '' '' '' ''
}

case $way in
  compose) check_files_compose ;;
  kubernetes) check_files_kubernetes ;;
  systemd) check_files_systemd ;;
  *) wrong_usage "no way is named $way" ;;
esac
check_settings
finish lucia
