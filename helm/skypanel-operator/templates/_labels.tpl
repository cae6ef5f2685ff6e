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

{{- define "skypanel-operator.user" -}}
system:serviceaccount:{{ .Release.Namespace }}:skypanel-operator
{{- end }}

{{- /* How Node runs in both containers: what one compiles with, the other must run with. */ -}}
{{- define "skypanel-operator.node" -}}
- name: NODE_COMPILE_CACHE
  value: /compiled
# Young objects die young: a small nursery keeps memory small.
- name: NODE_OPTIONS
  value: --max-semi-space-size=2
# One arena for all threads: the rest would hold memory nobody uses.
- name: MALLOC_ARENA_MAX
  value: "1"
{{- end }}
