import type { SecretKey } from '../kubernetes/environment.ts';
import { longestName, type Names } from '../kubernetes/names.ts';

/** Templates that make no object: helpers, notes, the Secret that the chart can make. */

/** Returns _helpers.tpl: names, labels, images. */
export const helpers = ({ chart }: Names): string => `{{/* Names as DNS allows them: at most 63 characters. */}}
{{- define "${chart}.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The name of the release, with that of the chart unless it is part of it already. */}}
{{- define "${chart}.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "${chart}.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "${chart}.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/*
The name of an object: of the release, and what tells it from others.
A StatefulSet and a CronJob put eleven characters behind theirs, so ${longestName} are left.
*/}}
{{- define "${chart}.object" -}}
{{- $suffix := index . 1 -}}
{{- $room := sub ${longestName} (len $suffix) | int -}}
{{- printf "%s%s" (include "${chart}.fullname" (index . 0) | trunc $room | trimSuffix "-") $suffix -}}
{{- end }}

{{- define "${chart}.selectorLabels" -}}
app.kubernetes.io/name: {{ include "${chart}.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "${chart}.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "${chart}.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "${chart}.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "${chart}.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "${chart}.object" (list . "")) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{/* The Secret that the pods refer to: one that is there already, or the release's own. */}}
{{- define "${chart}.secretName" -}}
{{- .Values.secret.existingSecret | default (include "${chart}.object" (list . "")) -}}
{{- end }}

{{/* An image by tag and digest; without both it has the version of the application. */}}
{{- define "${chart}.image" -}}
{{- $image := index . 1 -}}
{{- $tag := $image.tag -}}
{{- if and (not $tag) (not $image.digest) -}}{{- $tag = (index . 0).Chart.AppVersion -}}{{- end -}}
{{- $image.repository -}}
{{- with $tag }}:{{ . }}{{ end -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end }}
`;

/** How a value is made where nobody gives one: 32 bytes of chance, as sprig has them. */
const made = (generate: SecretKey['generate']): string | undefined => {
  switch (generate?.kind) {
    case 'password':
      return '(randAlphaNum 43)';
    case 'hex':
      return '(randAlphaNum 64 | sha256sum)';
    case 'base64':
      return '(randBytes 32)';
    case 'uuid':
      return '(uuidv4)';
    default:
      return undefined;
  }
};

const secretLine = ({ key, required, generate, description }: SecretKey): string => {
  const given = `index $given ${JSON.stringify(key)}`;
  const kept = `(get $kept ${JSON.stringify(key)} | b64dec)`;
  const chance = made(generate);
  const name = JSON.stringify(key);
  if (chance !== undefined) return `  ${name}: {{ ${given} | default ${kept} | default ${chance} | quote }}`;
  const reason = JSON.stringify(`secret.values.${key} is needed: ${description}`);
  if (required) return `  ${name}: {{ ${given} | default ${kept} | required ${reason} | quote }}`;
  return [`  {{- with ${given} | default ${kept} }}`, `  ${name}: {{ . | quote }}`, '  {{- end }}'].join('\n');
};

/** Returns the template of the Secret: only made if asked for, and what was made once is kept when the release is upgraded. */
export const secretTemplate = ({ chart }: Names, secrets: readonly SecretKey[]): string =>
  [
    '{{- if and .Values.secret.create (not .Values.secret.existingSecret) }}',
    '{{- $given := .Values.secret.values }}',
    `{{- $kept := (lookup "v1" "Secret" .Release.Namespace (include "${chart}.secretName" .)).data | default dict }}`,
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `  name: {{ include "${chart}.secretName" . | quote }}`,
    '  namespace: {{ .Release.Namespace | quote }}',
    '  labels:',
    `    {{- include "${chart}.labels" . | nindent 4 }}`,
    '  annotations:',
    '    # What was made by chance is worth more than the release.',
    '    helm.sh/resource-policy: keep',
    'type: Opaque',
    'stringData:',
    ...secrets.map(secretLine),
    '{{- end }}',
    '',
  ].join('\n');
