import type { ObjectSet } from '../kubernetes/objects.ts';
import { createSecret, secretSourceText } from '../kubernetes/secretCommand.ts';
import { isEmpty } from '../kubernetes/tree.ts';
import { titleOf } from './chart.ts';

/** What a person reads after `helm install`: where it is, what is still missing, where to look. */

/** The command that makes the Secret: values are typed into files or a prompt, never into the command. */
const secretHint = ({ plan, secrets }: ObjectSet): readonly string[] => {
  if (secrets.length === 0) return [];
  const name = `{{ include "${plan.names.chart}.secretName" . }}`;
  return [
    '{{- if not .Values.secret.create }}',
    '',
    `Pods start once the Secret ${name} holds these keys:`,
    ...secrets.map(
      ({ key, description, required }) => `  ${key}${required ? '' : ' (may be left out)'}: ${description}`,
    ),
    `Made from ${secretSourceText(secrets).replaceAll('`', '')}; it stays out of git:`,
    `  ${createSecret(secrets, { name, namespace: '{{ .Release.Namespace }}' })}`,
    '{{- end }}',
  ];
};

/** Required settings whose default is only an example. */
const examples = ({ plan }: ObjectSet): readonly string[] =>
  Object.entries(plan.stack.extension.settings).flatMap(([name, setting]) => {
    if (!setting.required || setting.sensitive || setting.default !== undefined) return [];
    const example = setting.example ?? '';
    return [
      `{{- if eq (toString .Values.config.${name}) ${JSON.stringify(example)} }}`,
      '',
      `${name} is not set yet${isEmpty(example) ? '' : ': what it has is only an example'}. ${setting.description}`,
      `  helm upgrade {{ .Release.Name }} . --namespace {{ .Release.Namespace }} --reuse-values --set config.${name}=…`,
      '{{- end }}',
    ];
  });

const reached = ({ plan }: ObjectSet): readonly string[] => {
  const { chart } = plan.names;
  const open = plan.workloads.flatMap((workload) => {
    const port = workload.ports.find((one) => one.open && one.protocol === 'TCP');
    return port === undefined ? [] : [{ workload, port }];
  });
  const routed = plan.stack.extension.routes.map(({ service }) => service);
  return [
    ...(routed.length === 0
      ? []
      : [
          '{{- if or .Values.ingress.enabled .Values.httpRoute.enabled }}',
          '',
          'It is reached at:',
          '{{- range .Values.routes }}',
          '  {{ if and $.Values.ingress.enabled $.Values.ingress.tlsSecret }}https{{ else }}http{{ end }}://{{ .host | default "any name that leads here" }}',
          '{{- end }}',
          '{{- end }}',
        ]),
    ...(open.length === 0
      ? []
      : [
          '',
          'From this machine:',
          ...open.map(
            ({ workload, port }) =>
              `  kubectl --namespace {{ .Release.Namespace }} port-forward service/${workload.component} ${port.number < 1_024 ? port.number + 8_000 : port.number}:${port.number}`,
          ),
        ]),
    '',
    'How it is doing:',
    `  kubectl --namespace {{ .Release.Namespace }} get pods --selector app.kubernetes.io/instance={{ .Release.Name }}`,
    `  kubectl --namespace {{ .Release.Namespace }} logs --selector app.kubernetes.io/instance={{ .Release.Name }} --all-containers --prefix`,
    '  helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}',
    '',
    'A pod that does not become ready says why:',
    `  kubectl --namespace {{ .Release.Namespace }} describe pods --selector app.kubernetes.io/name={{ include "${chart}.name" . }}`,
  ];
};

/** Returns NOTES.txt. */
export const notes = (set: ObjectSet): string =>
  [
    `${titleOf(set.plan.stack)} {{ .Chart.AppVersion }} is installed as {{ .Release.Name }} in {{ .Release.Namespace }}.`,
    ...secretHint(set),
    ...examples(set),
    ...reached(set),
    '',
  ].join('\n');
