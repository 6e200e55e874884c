#!/usr/bin/env bash
# Asks every component of lucia whether it is well, and what it depends on whether it can be reached.
#
# health-check.sh [--way WAY] [--json] [OPTION...]
#   --way WAY              compose (default), kubernetes or systemd
#   --json                 one JSON object instead of lines
#   --compose-folder DIR   where compose.yaml lies; ../compose beside this script
#   --namespace NAME       of the objects in Kubernetes
#   --env-file FILE        where settings are read from; may be said again
#
# Exit codes: 0 all is well, 1 degraded, 2 down, 3 it could not be asked.

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
namespace=lucia
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
    --namespace)
      namespace=${2:?--namespace needs a name}
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

need() { # PROGRAM
  command -v -- "$1" >/dev/null || {
    printf 'error: %s is missing\n' "$1" >&2
    exit 3
  }
}

# A question over HTTP: the status that is expected, and a part of the answer where one is.
ask_http() { # COMPONENT WEIGHT CHECK SECONDS STATUS CONTAINS URL [CURL-ARGUMENT...]
  local component=$1 weight=$2 check=$3 seconds=$4 expected=$5 contains=$6 url=$7 code
  shift 7
  code=$(curl --silent --show-error --max-time "$seconds" --output "$scratch/body" --write-out '%{http_code}' "$@" -- "$url" 2>"$scratch/error") || {
    report "$component" "$check" "$weight" "no answer: $(sed -n '1s/^curl: ([0-9]*) //p' "$scratch/error" | cut -c 1-80)"
    return 0
  }
  if [ "$code" != "$expected" ]; then
    report "$component" "$check" "$weight" "answered $code instead of $expected"
  elif [ -n "$contains" ] && ! grep -qF -- "$contains" "$scratch/body"; then
    report "$component" "$check" "$weight" "the answer does not hold: $contains"
  else
    report "$component" "$check" ok "answered $code"
  fi
}

# Somebody else's server: any answer but an error of its own says that it is there.
ask_partner() { # NAME URL
  local code
  # Another protocol than HTTP is only asked for a connection.
  if [[ $2 =~ ^[a-z0-9+.-]+://([^/@]*@)?([^/:@]+):([0-9]+) ]] && [[ $2 != http* ]]; then
    ask_tcp "$1" degraded reachable 10 "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}"
    return 0
  fi
  [[ $2 == http* ]] || return 0
  code=$(printf 'url = "%s"
' "${2//\"/}" | curl --silent --show-error --max-time 10 --output /dev/null --write-out '%{http_code}' --config - 2>"$scratch/error") || code=000
  if [ "$code" = 000 ]; then
    report "$1" reachable degraded "no answer: $(sed -n '1s/^curl: ([0-9]*) //p' "$scratch/error" | cut -c 1-80)"
  elif [ "$code" -ge 500 ]; then
    report "$1" reachable degraded "answered $code"
  else
    report "$1" reachable ok "answered $code"
  fi
}

ask_tcp() { # COMPONENT WEIGHT CHECK SECONDS HOST PORT
  if timeout "$4" bash -c "exec 3<>/dev/tcp/$5/$6" 2>/dev/null; then
    report "$1" "$3" ok "takes connections"
  else
    report "$1" "$3" "$2" "takes no connection on port $6"
  fi
}

compose() { docker compose --project-directory "$compose_folder" "$@"; }

# What Docker says of a service, as data.
state_compose() { # COMPONENT WEIGHT SERVICE ONCE
  local line state health code
  line=$(compose ps --all --format '{{.State}}|{{.Health}}|{{.ExitCode}}' "$3" 2>"$scratch/error" | head -n 1) || line=''
  IFS='|' read -r state health code <<<"$line"
  if [ -z "$state" ]; then
    report "$1" container "$2" "there is none"
  elif [ "$4" = once ]; then
    if [ "$state" = exited ] && [ "$code" = 0 ]; then report "$1" container ok "done"; else report "$1" container "$2" "$state, exit code $code"; fi
  elif [ "$state" != running ]; then
    report "$1" container "$2" "$state"
  elif [ -n "$health" ] && [ "$health" != healthy ]; then
    report "$1" container "$2" "$health"
  else
    report "$1" container ok "${health:-running}"
  fi
}

state_systemd() { # COMPONENT WEIGHT UNIT ONCE
  local state
  state=$(systemctl is-active -- "$3" 2>/dev/null) || true
  if [ "$state" = active ] || { [ "$4" = once ] && [ "$state" = inactive ] && [ "$(systemctl show --property Result --value -- "$3")" = success ]; }; then
    report "$1" unit ok "$state"
  else
    report "$1" unit "$2" "${state:-unknown}"
  fi
}

# Every pod of a component is ready, or has done its work.
state_kubernetes() { # COMPONENT WEIGHT LABELS ONCE
  local pods ready
  pods=$(kubectl --namespace "$namespace" get pods --selector "$3" --output 'jsonpath={range .items[*]}{.status.phase}{"|"}{.status.conditions[?(@.type=="Ready")].status}{"\n"}{end}' 2>"$scratch/error") || pods=''
  if [ -z "$pods" ]; then
    report "$1" pods "$2" "there are none"
    return 0
  fi
  ready=$(grep -cE '^(Succeeded[|]|Running[|]True)' <<<"$pods") || true
  if [ "$ready" -eq "$(wc -l <<<"$pods")" ]; then
    report "$1" pods ok "$ready ready"
  else
    report "$1" pods "$2" "$ready of $(wc -l <<<"$pods") ready"
  fi
}

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

# An address that is set is asked; one that is not is told where it has to be.
partner() { # SETTING NEED DEFAULT
  local address
  address=$(setting "$1")
  address=${address:-$3}
  if [ -n "$address" ]; then
    ask_partner "$1" "$address"
  elif [ "$2" = required ]; then
    report "$1" reachable degraded "is not set"
  fi
}

ask_compose() {
  state_compose lucia down lucia long
  ask_http lucia down healthy 5 200 '' http://127.0.0.1:7235/alive
  ask_http lucia down ready 5 200 '' http://127.0.0.1:7235/health/ready
  state_compose redis degraded redis long
}

ask_kubernetes() {
  state_kubernetes lucia down app.kubernetes.io/name=lucia,app.kubernetes.io/component=lucia long
  state_kubernetes redis degraded app.kubernetes.io/name=lucia,app.kubernetes.io/component=redis long
}

ask_systemd() {
  state_systemd lucia down lucia.service long
  ask_http lucia down healthy 5 200 '' http://127.0.0.1:8080/alive
  ask_http lucia down ready 5 200 '' http://127.0.0.1:8080/health/ready
  state_systemd redis degraded redis-server.service long
}

ask_partners() {
  partner HomeAssistant__BaseUrl required ''
  partner OpenAI__BaseUrl optional https://api.openai.com/v1
  partner OTEL_EXPORTER_OTLP_ENDPOINT optional ''
}

need curl
need timeout
case $way in
  compose) ask_compose ;;
  kubernetes) ask_kubernetes ;;
  systemd) ask_systemd ;;
  *) wrong_usage "no way is named $way" ;;
esac
# In a cluster its own pods reach the partners, this machine need not.
if [ "$way" != kubernetes ]; then ask_partners; fi
finish lucia
