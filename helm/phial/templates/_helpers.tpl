{{- define "phial.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 50 | trimSuffix "-" -}}
{{- end -}}

{{- define "phial.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "phial.selectorLabels" -}}
app.kubernetes.io/name: {{ include "phial.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: node
{{- end -}}

{{- define "phial.labels" -}}
{{ include "phial.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "phial.headless" -}}
{{ include "phial.fullname" . }}-nodes
{{- end -}}

{{/* The name behind which all nodes are, ready or not. */}}
{{- define "phial.nodesName" -}}
{{ include "phial.headless" . }}.{{ .Release.Namespace }}.svc.{{ .Values.clusterDomain }}
{{- end -}}

{{- define "phial.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "phial.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end -}}

{{- define "phial.gossipSecret" -}}
{{ default (printf "%s-gossip" (include "phial.fullname" .)) .Values.secrets.gossip.existingSecret }}
{{- end -}}

{{- define "phial.clientsSecret" -}}
{{ default (printf "%s-clients" (include "phial.fullname" .)) .Values.secrets.clients.existingSecret }}
{{- end -}}

{{- define "phial.image" -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
