{{- define "skypanel.selector" -}}
app.kubernetes.io/name: skypanel
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "skypanel.labels" -}}
{{ include "skypanel.selector" . }}
app.kubernetes.io/part-of: skypanel
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- /* What both containers are told. The keys are files: only their paths stand here. */ -}}
{{- define "skypanel.environment" -}}
- name: DATABASE_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.existingSecret }}, key: database-url } }
- { name: SKYPANEL_TOKEN_KEY_FILE, value: /keys/token.key }
- { name: SKYPANEL_WRAPPING_KEY_FILE, value: /keys/wrapping.key }
- { name: SKYPANEL_PUBLIC_URL, value: {{ .Values.publicUrl | quote }} }
- { name: SKYPANEL_LOG_LEVEL, value: {{ .Values.log.level }} }
{{- end }}

{{- define "skypanel.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}
