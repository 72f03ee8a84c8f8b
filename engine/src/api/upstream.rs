//! Every field of Kubernetes 1.37's API in the structs that are read is known, and no other.
//!
//! The names come from the API's own description (k8s-openapi 0.29.0, v1_37).

use super::fixture::read;
use crate::diagnostic::Kind;

/// Kind, the place `X` in its document, and the fields the API has there.
const FIELDS: &[(&str, &str, &str)] = &[
    // Pod
    ("Pod", "{X}", "apiVersion kind metadata spec status"),
    // Service
    ("Service", "{X}", "apiVersion kind metadata spec status"),
    // Node
    ("Node", "{X}", "apiVersion kind metadata spec status"),
    // Namespace
    ("Namespace", "{X}", "apiVersion kind metadata spec status"),
    // ConfigMap
    ("ConfigMap", "{X}", "apiVersion binaryData data immutable kind metadata"),
    // EndpointSlice
    ("EndpointSlice", "{X}", "addressType apiVersion endpoints kind metadata ports"),
    // NetworkPolicy
    ("NetworkPolicy", "{X}", "apiVersion kind metadata spec"),
    // ObjectMeta
    (
        "ConfigMap",
        "{metadata: {X}}",
        "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels managedFields name namespace ownerReferences resourceVersion selfLink uid",
    ),
    // ObjectMeta
    (
        "Deployment",
        "{spec: {template: {metadata: {X}}}}",
        "annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers generateName generation labels managedFields name namespace ownerReferences resourceVersion selfLink uid",
    ),
    // OwnerReference
    ("Pod", "{metadata: {ownerReferences: [{X}]}}", "apiVersion blockOwnerDeletion controller kind name uid"),
    // PodSpec
    (
        "Pod",
        "{spec: {X}}",
        "activeDeadlineSeconds affinity automountServiceAccountToken containers dnsConfig dnsPolicy enableServiceLinks ephemeralContainers evictionResponders hostAliases hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets initContainers nodeName nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates schedulingGroup securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes",
    ),
    // PodTemplateSpec
    ("Job", "{spec: {template: {X}}}", "metadata spec"),
    // Container
    (
        "Pod",
        "{spec: {containers: [{X}]}}",
        "args command env envFrom image imagePullPolicy lifecycle livenessProbe name ports readinessProbe resizePolicy resources restartPolicy restartPolicyRules securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices volumeMounts workingDir",
    ),
    // ResourceRequirements
    ("Pod", "{spec: {containers: [{resources: {X}}]}}", "claims limits requests"),
    // ContainerPort
    ("Pod", "{spec: {containers: [{ports: [{X}]}]}}", "containerPort hostIP hostPort name protocol"),
    // Probe
    (
        "Pod",
        "{spec: {containers: [{readinessProbe: {X}}]}}",
        "exec failureThreshold grpc httpGet initialDelaySeconds periodSeconds successThreshold tcpSocket terminationGracePeriodSeconds timeoutSeconds",
    ),
    // HTTPGetAction
    (
        "Pod",
        "{spec: {containers: [{livenessProbe: {httpGet: {X}}}]}}",
        "host httpHeaders path port protocol scheme",
    ),
    // TCPSocketAction
    ("Pod", "{spec: {containers: [{livenessProbe: {tcpSocket: {X}}}]}}", "host port"),
    // GRPCAction
    ("Pod", "{spec: {containers: [{livenessProbe: {grpc: {X}}}]}}", "mode port service"),
    // ExecAction
    ("Pod", "{spec: {containers: [{livenessProbe: {exec: {X}}}]}}", "command"),
    // EnvVar
    ("Pod", "{spec: {containers: [{env: [{X}]}]}}", "name value valueFrom"),
    // EnvVarSource
    (
        "Pod",
        "{spec: {containers: [{env: [{valueFrom: {X}}]}]}}",
        "configMapKeyRef fieldRef fileKeyRef resourceFieldRef secretKeyRef",
    ),
    // EnvFromSource
    ("Pod", "{spec: {containers: [{envFrom: [{X}]}]}}", "configMapRef prefix secretRef"),
    // ConfigMapEnvSource
    ("Pod", "{spec: {containers: [{envFrom: [{configMapRef: {X}}]}]}}", "name optional"),
    // SecretEnvSource
    ("Pod", "{spec: {containers: [{envFrom: [{secretRef: {X}}]}]}}", "name optional"),
    // ConfigMapKeySelector
    ("Pod", "{spec: {containers: [{env: [{valueFrom: {configMapKeyRef: {X}}}]}]}}", "key name optional"),
    // SecretKeySelector
    ("Pod", "{spec: {containers: [{env: [{valueFrom: {secretKeyRef: {X}}}]}]}}", "key name optional"),
    // Toleration
    ("Pod", "{spec: {tolerations: [{X}]}}", "effect key operator tolerationSeconds value"),
    // PodDNSConfig
    ("Pod", "{spec: {dnsConfig: {X}}}", "nameservers options searches"),
    // HostAlias
    ("Pod", "{spec: {hostAliases: [{X}]}}", "hostnames ip"),
    // LocalObjectReference
    ("Pod", "{spec: {imagePullSecrets: [{X}]}}", "name"),
    // PodReadinessGate
    ("Pod", "{spec: {readinessGates: [{X}]}}", "conditionType"),
    // PodStatus
    (
        "Pod",
        "{status: {X}}",
        "allocatedResources conditions containerStatuses ephemeralContainerStatuses extendedResourceClaimStatus hostIP hostIPs initContainerStatuses message nodeAllocatableResourceClaimStatuses nominatedNodeName observedGeneration phase podIP podIPs qosClass reason resize resourceClaimStatuses resources startTime volumeHealth",
    ),
    // PodCondition
    (
        "Pod",
        "{status: {conditions: [{X}]}}",
        "lastProbeTime lastTransitionTime message observedGeneration reason status type",
    ),
    // PodIP
    ("Pod", "{status: {podIPs: [{X}]}}", "ip"),
    // ServiceSpec
    (
        "Service",
        "{spec: {X}}",
        "allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges ports publishNotReadyAddresses selector sessionAffinity sessionAffinityConfig trafficDistribution type",
    ),
    // ServicePort
    ("Service", "{spec: {ports: [{X}]}}", "appProtocol name nodePort port protocol targetPort"),
    // SessionAffinityConfig
    ("Service", "{spec: {sessionAffinityConfig: {X}}}", "clientIP"),
    // ClientIPConfig
    ("Service", "{spec: {sessionAffinityConfig: {clientIP: {X}}}}", "timeoutSeconds"),
    // ServiceStatus
    ("Service", "{status: {X}}", "conditions loadBalancer"),
    // LoadBalancerStatus
    ("Service", "{status: {loadBalancer: {X}}}", "ingress"),
    // LoadBalancerIngress
    ("Service", "{status: {loadBalancer: {ingress: [{X}]}}}", "hostname ip ipMode ports"),
    // DeploymentSpec
    (
        "Deployment",
        "{spec: {X}}",
        "minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit selector strategy template",
    ),
    // StatefulSetSpec
    (
        "StatefulSet",
        "{spec: {X}}",
        "minReadySeconds ordinals persistentVolumeClaimRetentionPolicy podManagementPolicy replicas revisionHistoryLimit selector serviceName template updateStrategy volumeClaimTemplates",
    ),
    // StatefulSetOrdinals
    ("StatefulSet", "{spec: {ordinals: {X}}}", "start"),
    // ReplicaSetSpec
    ("ReplicaSet", "{spec: {X}}", "minReadySeconds replicas selector template"),
    // ReplicationControllerSpec
    ("ReplicationController", "{spec: {X}}", "minReadySeconds replicas selector template"),
    // JobSpec
    (
        "Job",
        "{spec: {X}}",
        "activeDeadlineSeconds backoffLimit backoffLimitPerIndex completionMode completions managedBy manualSelector maxFailedIndexes parallelism podFailurePolicy podReplacementPolicy scheduling selector successPolicy suspend template ttlSecondsAfterFinished",
    ),
    // LabelSelector
    ("Deployment", "{spec: {selector: {X}}}", "matchExpressions matchLabels"),
    // LabelSelectorRequirement
    ("Deployment", "{spec: {selector: {matchExpressions: [{X}]}}}", "key operator values"),
    // NodeSpec
    (
        "Node",
        "{spec: {X}}",
        "configSource externalID podCIDR podCIDRs podPreemptionPolicy providerID taints unschedulable",
    ),
    // Taint
    ("Node", "{spec: {taints: [{X}]}}", "effect key timeAdded value"),
    // NodeStatus
    (
        "Node",
        "{status: {X}}",
        "addresses allocatable capacity conditions config daemonEndpoints declaredFeatures features images nodeInfo phase runtimeHandlers volumesAttached volumesInUse",
    ),
    // NodeAddress
    ("Node", "{status: {addresses: [{X}]}}", "address type"),
    // NodeCondition
    (
        "Node",
        "{status: {conditions: [{X}]}}",
        "lastHeartbeatTime lastTransitionTime message reason status type",
    ),
    // NamespaceSpec
    ("Namespace", "{spec: {X}}", "finalizers"),
    // NamespaceStatus
    ("Namespace", "{status: {X}}", "conditions phase"),
    // NetworkPolicySpec
    ("NetworkPolicy", "{spec: {X}}", "egress ingress podSelector policyTypes"),
    // NetworkPolicyIngressRule
    ("NetworkPolicy", "{spec: {ingress: [{X}]}}", "from ports"),
    // NetworkPolicyEgressRule
    ("NetworkPolicy", "{spec: {egress: [{X}]}}", "ports to"),
    // NetworkPolicyPeer
    ("NetworkPolicy", "{spec: {ingress: [{from: [{X}]}]}}", "ipBlock namespaceSelector podSelector"),
    // IPBlock
    ("NetworkPolicy", "{spec: {ingress: [{from: [{ipBlock: {X}}]}]}}", "cidr except"),
    // NetworkPolicyPort
    ("NetworkPolicy", "{spec: {ingress: [{ports: [{X}]}]}}", "endPort port protocol"),
    // Endpoint
    (
        "EndpointSlice",
        "{endpoints: [{X}]}",
        "addresses conditions deprecatedTopology hints hostname nodeName targetRef zone",
    ),
    // EndpointConditions
    ("EndpointSlice", "{endpoints: [{conditions: {X}}]}", "ready serving terminating"),
    // EndpointPort
    ("EndpointSlice", "{ports: [{X}]}", "appProtocol name port protocol"),
    // ObjectReference
    (
        "EndpointSlice",
        "{endpoints: [{targetRef: {X}}]}",
        "apiVersion fieldPath kind name namespace resourceVersion uid",
    ),
];

/// Fields read beyond today's: conditions of nodes and pods share one struct, and policies of old clusters carry a status.
const TOLERATED: &[&str] = &["lastProbeTime", "lastHeartbeatTime", "observedGeneration", "status"];

fn unknown(kind: &str, place: &str, field: &str) -> bool {
    let version = match kind {
        "Deployment" | "ReplicaSet" | "StatefulSet" => "apps/v1",
        "Job" => "batch/v1",
        "NetworkPolicy" => "networking.k8s.io/v1",
        "EndpointSlice" => "discovery.k8s.io/v1",
        _ => "v1",
    };
    // Null is as absent, but its key is read.
    let body = place.replace('X', &format!("{field}: null"));
    let head = format!("{{apiVersion: {version}, kind: {kind}, ");
    let text = if matches!(field, "apiVersion" | "kind") && place == "{X}" {
        return false;
    } else {
        head + body.strip_prefix('{').unwrap()
    };
    read(&text).1.iter().any(|it| matches!(it.kind, Kind::UnknownField { .. }))
}

#[test]
fn every_field_of_the_api_is_known() {
    let mut missing = Vec::new();
    for (kind, place, fields) in FIELDS {
        missing.extend(
            fields.split(' ').filter(|it| unknown(kind, place, it)).map(|it| format!("{kind} {place} {it}")),
        );
        assert!(unknown(kind, place, "zzz"), "{kind} {place}");
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn fields_of_other_structs_are_not_known() {
    let all: std::collections::BTreeSet<&str> = FIELDS.iter().flat_map(|it| it.2.split(' ')).collect();
    let mut extra = Vec::new();
    for (kind, place, fields) in FIELDS {
        let own: Vec<&str> = fields.split(' ').collect();
        let others = all.iter().filter(|it| !own.contains(it) && !TOLERATED.contains(it));
        extra.extend(others.filter(|it| !unknown(kind, place, it)).map(|it| format!("{kind} {place} {it}")));
    }
    assert!(extra.is_empty(), "{extra:#?}");
    for (kind, place, gone) in [
        ("Pod", "{spec: {X}}", "workloadRef"),
        ("Pod", "{metadata: {X}}", "clusterName"),
        ("Deployment", "{spec: {X}}", "rollbackTo"),
    ] {
        assert!(unknown(kind, place, gone), "{gone}");
    }
}
