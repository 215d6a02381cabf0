{{/*
The agent as a native sidecar: an init container that keeps running (Kubernetes 1.29 and later). Put it first among the
initContainers of your pod:

  initContainers:
    {{- include "phial.agent" (dict "agent" .Values.phial) | nindent 8 }}

It has no readiness probe, because a sidecar's readiness is the pod's: the agent must never take your program out of
service. A setting that is not known is refused by name.
*/}}
{{- define "phial.agent" -}}
{{- $known := list "image" "pullPolicy" "nodes" "group" "interval" "http" "tcp" "process" "timeout" "refused" "payload" "port" "healthPort" "poll" "resources" -}}
{{- range $key, $ := .agent -}}
{{- if not (has $key $known) -}}
{{- fail (printf "phial.agent: unknown setting %q; known are %s" $key (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- $agent := .agent -}}
- name: phial-agent
  image: {{ required "phial.agent: image is needed" $agent.image }}
  imagePullPolicy: {{ default "IfNotPresent" $agent.pullPolicy }}
  restartPolicy: Always
  command: [java, "@/opt/phial/agent.jvm", -jar, /opt/phial/phial-agent.jar]
  env:
    - name: PHIAL_AGENT_NODES
      value: {{ required "phial.agent: nodes is needed, the name of the nodes' service" $agent.nodes | quote }}
    - name: PHIAL_AGENT_NAME
      valueFrom: {fieldRef: {fieldPath: metadata.name}}
    - name: PHIAL_AGENT_HEALTH_BIND
      valueFrom: {fieldRef: {fieldPath: status.podIP}}
    - name: PHIAL_AGENT_HEALTH_PORT
      value: {{ default 7172 $agent.healthPort | quote }}
    - name: PHIAL_AGENT_PORT
      value: {{ include "phial.agent.port" . | quote }}
    {{- range $key := list "group" "interval" "http" "tcp" "process" "timeout" "refused" "payload" "poll" }}
    {{- with get $agent $key }}
    - name: PHIAL_AGENT_{{ $key | upper }}
      value: {{ . | toString | quote }}
    {{- end }}
    {{- end }}
  ports:
    - {name: phial-health, containerPort: {{ default 7172 $agent.healthPort }}, protocol: TCP}
  startupProbe:
    httpGet: {path: /livez, port: phial-health}
    periodSeconds: 1
    failureThreshold: 60
  livenessProbe:
    httpGet: {path: /livez, port: phial-health}
    periodSeconds: 30
    timeoutSeconds: 5
    failureThreshold: 4
  lifecycle:
    preStop:
      # Runs before your program is told to end, so that its end is seen as LEFT and not as a death.
      exec:
        command: [java, -Xmx8m, -XX:TieredStopAtLevel=1, -XX:+UseSerialGC, -cp, /opt/phial/phial-agent.jar, io.phial.agent.Leaving]
  resources:
    {{- if $agent.resources }}
    {{- toYaml $agent.resources | nindent 4 }}
    {{- else }}
    requests: {cpu: 10m, memory: 96Mi}
    limits: {memory: 160Mi}
    {{- end }}
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    runAsNonRoot: true
    runAsUser: 1000
    capabilities:
      drop: [ALL]
    seccompProfile:
      type: RuntimeDefault
  volumeMounts:
    - {name: phial-agent-tmp, mountPath: /tmp}
{{- end -}}

{{- define "phial.agent.port" -}}
{{ default 7171 .agent.port }}
{{- end -}}

{{/* What the pod needs for the agent: a place for Java's own files. */}}
{{- define "phial.agent.volumes" -}}
- name: phial-agent-tmp
  emptyDir: {sizeLimit: 16Mi}
{{- end -}}

{{/* For your program's container: where it finds the agent. */}}
{{- define "phial.agent.env" -}}
- name: PHIAL_AGENT_PORT
  value: {{ include "phial.agent.port" . | quote }}
{{- end -}}
