{{- define "skypanel-operator.selector" -}}
app.kubernetes.io/name: skypanel-operator
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "skypanel-operator.labels" -}}
{{ include "skypanel-operator.selector" . }}
app.kubernetes.io/part-of: skypanel
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}
