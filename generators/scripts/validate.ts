import type { Setting, Stack } from '../../src/models/stack.ts';
import { neededOf, shellCall, shellScript } from '../shared/shell.ts';
import { unitsOf } from '../shared/systemdUnits.ts';
import { reporting, settings } from './library.ts';
import { argumentsPart, chosenWay, perWay, shellFunction, usageOf, type Way } from './ways.ts';

/**
 * The rules of a setting in the shell. Values come by standard input or stay in variables of the shell: in no argument, and in no finding.
 */
const rules = `
bad() { report "$1" setting down "$2"; }

# What somebody wrote to be replaced, and nobody did.
is_placeholder() {
  grep -qiE '^(<.*>|\\{\\{.*\\}\\}|\\[.*\\])$|change[-_ ]?me|replace[-_ ]?(me|this|with)|your[-_ ].*[-_ ]?(key|token|password|secret|host|url|here)|^(x{3,}|todo|fixme|tbd|secret|password|example|placeholder|sk-\\.\\.\\.)$' <<<"$1"
}

# Of any scheme; one that has to be http or https says so by its pattern.
is_url() {
  [[ $1 =~ ^[A-Za-z][A-Za-z0-9+.-]*://([^/@[:space:]]*@)?([A-Za-z0-9._~%-]+|\\[[0-9A-Fa-f:.]+\\])(:([0-9]{1,5}))?([/?#].*)?$ ]] && { [ -z "\${BASH_REMATCH[4]}" ] || [ "\${BASH_REMATCH[4]}" -le 65535 ]; }
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
    integer) is_whole "$value" "$least" "$most" || { bad "$name" "is no whole number\${least:+ from $least}\${most:+ to $most}"; return 0; } ;;
    port) is_whole "$value" 1 65535 || { bad "$name" "is no port"; return 0; } ;;
    boolean) case $value in true | false) ;; *) bad "$name" "is neither true nor false"; return 0 ;; esac ;;
    duration) [[ $value =~ ^([0-9]+([.][0-9]+)?(ns|us|ms|s|m|h))+$ ]] || { bad "$name" "is no duration such as 1m30s"; return 0; } ;;
    host) [[ $value =~ ^[A-Za-z0-9.:-]+$ ]] || { bad "$name" "is no host name or address"; return 0; } ;;
    choice)
      for one in "$@"; do if [ "$one" = "$value" ]; then known=yes; fi; done
      [ "$known" = yes ] || { bad "$name" "is none of $*"; return 0; }
      ;;
  esac
  if [ -n "$length" ] && [ "\${#value}" -lt "$length" ]; then bad "$name" "is shorter than $length characters"; return 0; fi
  if [ -n "$pattern" ] && ! grep -qP -- "$pattern" <<<"$value"; then bad "$name" "does not look like $pattern"; return 0; fi
  report "$name" setting ok "set"
}`.trim();

/** Files that hold values: only their owner reads them. */
const modes = `
check_mode() { # FILE
  [ -e "$1" ] || return 0
  local mode
  mode=$(stat -c '%a' -- "$1")
  case $mode in
    *00) report "$(basename -- "$1")" mode ok "$mode" ;;
    *) report "$(basename -- "$1")" mode degraded "$mode: others can read it; chmod 600" ;;
  esac
}`.trim();

/** A tool that judges files; where it is missing, that is told. */
const syntax = `
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
}`.trim();

/** The whole value matches, as the model says; `grep -P` knows the patterns of JavaScript that are written in a stack. */
const patternOf = ({ pattern }: Setting): string => (pattern === undefined ? '' : `^(?:${pattern})$`);

const settingLine = (name: string, setting: Setting): string =>
  shellCall(
    'check_setting',
    name,
    setting.required ? 'required' : 'optional',
    setting.sensitive ? 'yes' : 'no',
    setting.type,
    `${setting.min ?? ''}`,
    `${setting.max ?? ''}`,
    `${setting.minLength ?? ''}`,
    patternOf(setting),
    ...(setting.values ?? []),
  );

const fileLines = (stack: Stack, way: Way): readonly string[] => {
  const each = 'for file in "${settings_files[@]}"; do check_mode "$file"; done';
  if (way === 'compose')
    return [each, 'judge compose.yaml docker compose --project-directory "$compose_folder" config --quiet'];
  if (way === 'kubernetes')
    return [
      'for file in "$here/../kubernetes/components/secrets/secrets.env" "$here/../kubernetes/components/secrets/secrets"/*; do check_mode "$file"; done',
      'judge chart helm lint --strict "$here/../helm"',
      'for overlay in "$here/../kubernetes/overlays"/*/; do judge "$(basename -- "$overlay")" kubectl kustomize "$overlay"; done',
    ];
  return [
    each,
    ...unitsOf(stack)
      .filter((unit) => unit.way === 'native')
      .map(({ unit }) => `judge_unit "$here/../systemd/units/${unit}"`),
    'for file in "$credentials_folder"/*; do check_mode "$file"; done',
  ];
};

const taken = ['--compose-folder', '--env-file'] as const;

/** Returns validate-deployment.sh: asked before a deployment, so that what is not set is told here and not by a crash. */
export const validateDeployment = (stack: Stack): string => {
  const own = [
    perWay('check_files', (way) => fileLines(stack, way)),
    shellFunction(
      'check_settings',
      Object.entries(stack.extension.settings).map(([name, setting]) => settingLine(name, setting)),
    ),
    [chosenWay('check_files'), 'check_settings', shellCall('finish', stack.name)].join('\n'),
  ];
  return shellScript({
    usage: [
      `Looks before a deployment of ${stack.name} whether its files are right and its settings are set, each by its own rule.`,
      '',
      ...usageOf('validate-deployment.sh', taken),
      '',
      'No value is ever printed. Exit codes: 0 all is right, 1 with warnings, 2 with errors, 3 it could not be looked at.',
    ],
    parts: [
      reporting,
      argumentsPart(stack, taken),
      `credentials_folder=\${CREDENTIALS:-${shellCall(`/etc/${stack.name}/credentials`)}}`,
      neededOf([settings, rules, modes, syntax].join('\n\n'), own.join('\n')),
      ...own,
    ],
  });
};
