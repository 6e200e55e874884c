#!/usr/bin/env bash
# Asks lucia after a deployment whether it does its work: containers, volumes, smoke checks, routes with their certificates.
#
# verify.sh [--way WAY] [--json] [OPTION...]
#   --way WAY              compose (default), kubernetes or systemd
#   --json                 one JSON object instead of lines
#   --compose-folder DIR   where compose.yaml lies; ../compose beside this script
#   --namespace NAME       of the objects in Kubernetes
#   --address ADDRESS      of the proxy that the routes lead to; else the resolver is asked
#   --ca FILE              certificate of the authority of the routes; else those of the system
#   --no-routes            asks no route: no proxy leads here yet
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

address=
authority=
skip_routes=no

way=compose
compose_folder="$here/../compose"
namespace=lucia
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
    --address)
      address=${2:?--address needs an address}
      shift
      ;;
    --ca)
      authority=${2:?--ca needs a file}
      shift
      ;;
    --no-routes) skip_routes=yes ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) wrong_usage "unknown option $1" ;;
  esac
  shift
done

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

volume_compose() { # COMPONENT TARGET
  local container
  container=$(compose ps --quiet "$1" 2>/dev/null | head -n 1) || container=''
  if [ -n "$container" ] && docker inspect --format '{{range .Mounts}}{{println .Destination}}{{end}}' "$container" | grep -qxF -- "$2"; then
    report "$1" "volume $2" ok "mounted"
  else
    report "$1" "volume $2" degraded "not mounted"
  fi
}

to_proxy() { # HOST PORT
  if [ -n "$address" ]; then printf '%s\n' --resolve "$1:$2:$address"; fi
  if [ -n "$authority" ]; then printf '%s\n' --cacert "$authority"; fi
}

ask_route() { # COMPONENT WEIGHT HOST PORT URL EXPECTED
  local code arguments
  mapfile -t arguments < <(to_proxy "$3" "$4")
  code=$(curl --silent --show-error --max-time 10 --output /dev/null --write-out '%{http_code}' "${arguments[@]}" -- "$5" 2>"$scratch/error") || code=000
  case $code in
    000) report "$1" "route $3" "$2" "$(sed -n '1s/^curl: ([0-9]*) //p' "$scratch/error" | cut -c 1-100)" ;;
    404 | 5??) report "$1" "route $3" "$2" "answered $code" ;;
    401) if [ "$6" = login ]; then report "$1" "route $3" ok "asks for a login"; else report "$1" "route $3" ok "answered $code"; fi ;;
    *) if [ "$6" = login ]; then report "$1" "route $3" "$2" "answered $code without a login"; else report "$1" "route $3" ok "answered $code"; fi ;;
  esac
}

# A WebSocket answers 101 to the change of protocol; then nothing more is said, and curl waits until its time is over.
ask_websocket() { # COMPONENT HOST PORT URL
  local code arguments
  mapfile -t arguments < <(to_proxy "$2" "$3")
  code=$(curl --silent --http1.1 --max-time 5 --output /dev/null --write-out '%{http_code}' "${arguments[@]}" --header 'Connection: Upgrade' --header 'Upgrade: websocket' --header 'Sec-WebSocket-Version: 13' --header "Sec-WebSocket-Key: $(head -c 16 /dev/urandom | base64)" -- "$4") || true
  if [ "$code" = 101 ]; then
    report "$1" "websocket $2" ok "the protocol is changed"
  else
    report "$1" "websocket $2" degraded "answered ${code:-000} instead of 101"
  fi
}

ask_compose() {
  state_compose lucia down lucia long
  state_compose redis degraded redis long
  volume_compose redis /data
  ask_http lucia down 'Lucia and what it depends on are healthy' 5 200 '' http://127.0.0.1:7235/health
  ask_http lucia down 'Lucia lists its agents' 5 200 '' http://127.0.0.1:7235/agents
}

ask_kubernetes() {
  state_kubernetes lucia down app.kubernetes.io/name=lucia,app.kubernetes.io/component=lucia long
  state_kubernetes redis degraded app.kubernetes.io/name=lucia,app.kubernetes.io/component=redis long
}

ask_systemd() {
  state_systemd lucia down lucia.service long
  state_systemd redis degraded redis-server.service long
  ask_http lucia down 'Lucia and what it depends on are healthy' 5 200 '' http://127.0.0.1:8080/health
  ask_http lucia down 'Lucia lists its agents' 5 200 '' http://127.0.0.1:8080/agents
  ask_tcp redis degraded 'Redis takes connections' 5 127.0.0.1 6379
}

ask_routes() {
  ask_route lucia down lucia.home.arpa 443 https://lucia.home.arpa/ any
  ask_websocket lucia lucia.home.arpa 443 https://lucia.home.arpa/
}

need curl
need timeout
case $way in
  compose) ask_compose ;;
  kubernetes) ask_kubernetes ;;
  systemd) ask_systemd ;;
  *) wrong_usage "no way is named $way" ;;
esac
if [ "$skip_routes" = no ]; then ask_routes; fi
finish lucia
