{{/* Names as DNS allows them: at most 63 characters. */}}
{{- define "lucia.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}

{{/* The name of the release, with that of the chart unless it is part of it already. */}}
{{- define "lucia.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains (include "lucia.name" .) .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "lucia.name" .) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end }}

{{/*
The name of an object: of the release, and what tells it from others.
A StatefulSet and a CronJob put eleven characters behind theirs, so 52 are left.
*/}}
{{- define "lucia.object" -}}
{{- $suffix := index . 1 -}}
{{- $room := sub 52 (len $suffix) | int -}}
{{- printf "%s%s" (include "lucia.fullname" (index . 0) | trunc $room | trimSuffix "-") $suffix -}}
{{- end }}

{{- define "lucia.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lucia.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "lucia.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "lucia.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/part-of: {{ include "lucia.name" . }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "lucia.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "lucia.object" (list . "")) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end }}

{{/* The Secret that the pods refer to: one that is there already, or the release's own. */}}
{{- define "lucia.secretName" -}}
{{- .Values.secret.existingSecret | default (include "lucia.object" (list . "")) -}}
{{- end }}

{{/* An image by tag and digest; without both it has the version of the application. */}}
{{- define "lucia.image" -}}
{{- $image := index . 1 -}}
{{- $tag := $image.tag -}}
{{- if and (not $tag) (not $image.digest) -}}{{- $tag = (index . 0).Chart.AppVersion -}}{{- end -}}
{{- $image.repository -}}
{{- with $tag }}:{{ . }}{{ end -}}
{{- with $image.digest }}@{{ . }}{{ end -}}
{{- end }}
