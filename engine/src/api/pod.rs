//! v1 Pod: spec and observed status.

mod container;
mod ports;
mod probe;
mod read;
mod volumes;

use super::{Labels, PortRef, Protocol};
use crate::Str;
use std::net::IpAddr;

/// A pod.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct Pod {
    /// What is wanted.
    pub spec: PodSpec,
    /// What a real cluster said (observed objects).
    pub status: PodStatus,
}

/// `spec`, as far as the network sees it.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct PodSpec {
    /// `nodeName`.
    pub node_name: Option<Str>,
    /// `nodeSelector`.
    pub node_selector: Labels,
    /// `hostNetwork`.
    pub host_network: bool,
    /// `hostname`.
    pub hostname: Option<Str>,
    /// `subdomain`.
    pub subdomain: Option<Str>,
    /// `dnsPolicy`; `ClusterFirst` when absent.
    pub dns_policy: DnsPolicy,
    /// `restartPolicy`.
    pub restart_policy: RestartPolicy,
    /// `enableServiceLinks`; true when absent.
    pub enable_service_links: bool,
    /// `tolerations[].key` (an empty string tolerates everything).
    pub tolerations: Vec<Str>,
    /// `initContainers`.
    pub init_containers: Vec<Container>,
    /// `containers`.
    pub containers: Vec<Container>,
}

/// `dnsPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DnsPolicy {
    /// The default.
    #[default]
    ClusterFirst,
    /// Also with hostNetwork.
    ClusterFirstWithHostNet,
    /// The node's file.
    Default,
    /// `dnsConfig` alone.
    None,
}

/// `restartPolicy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RestartPolicy {
    /// The default.
    #[default]
    Always,
    /// Restart what failed.
    OnFailure,
    /// Never.
    Never,
}

/// A container.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct Container {
    /// `name`.
    pub name: Str,
    /// `image`.
    pub image: Str,
    /// `command`.
    pub command: Vec<Str>,
    /// `args`.
    pub args: Vec<Str>,
    /// `env`, in order.
    pub env: Vec<EnvVar>,
    /// `envFrom[].configMapRef.name`, in order.
    pub env_from_config_maps: Vec<Str>,
    /// ConfigMaps whose keys are files of the container: of its `volumeMounts`, through the pod's `volumes`.
    pub mounted_config_maps: Vec<Str>,
    /// `ports`.
    pub ports: Vec<ContainerPort>,
    /// `readinessProbe`.
    pub readiness_probe: Option<Probe>,
    /// An init container that keeps running (`restartPolicy: Always`).
    pub sidecar: bool,
}

/// `env[]`.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct EnvVar {
    /// `name`.
    pub name: Str,
    /// `value`, with `$(OTHER)` not yet expanded.
    pub value: Option<Str>,
    /// `valueFrom.configMapKeyRef`: ConfigMap and key.
    pub config_map_key: Option<(Str, Str)>,
}

/// `ports[]` of a container.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct ContainerPort {
    /// `name`.
    pub name: Option<Str>,
    /// `containerPort`.
    pub port: u16,
    /// `protocol`.
    pub protocol: Protocol,
    /// `hostPort`.
    pub host_port: Option<u16>,
}

/// A probe.
#[derive(Clone, Debug, PartialEq, Hash)]
pub struct Probe {
    /// How it asks.
    pub handler: ProbeHandler,
    /// `initialDelaySeconds`, 0 when absent.
    pub initial_delay: u32,
    /// `periodSeconds`, 10 when absent.
    pub period: u32,
    /// `failureThreshold`, 3 when absent.
    pub failure_threshold: u32,
}

/// How a probe asks.
#[derive(Clone, Debug, PartialEq, Hash)]
pub enum ProbeHandler {
    /// `httpGet`.
    HttpGet(PortRef),
    /// `tcpSocket`.
    TcpSocket(PortRef),
    /// `grpc`.
    Grpc(u16),
    /// `exec`.
    Exec,
}

/// `status`, as observed.
#[derive(Clone, Debug, Default, PartialEq, Hash)]
pub struct PodStatus {
    /// `phase`.
    pub phase: Option<Phase>,
    /// `podIPs`, or `podIP`.
    pub ips: Vec<IpAddr>,
    /// Condition `Ready`.
    pub ready: Option<bool>,
}

/// `status.phase`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Not running yet.
    #[default]
    Pending,
    /// At least one container runs.
    Running,
    /// All ended well.
    Succeeded,
    /// Ended badly.
    Failed,
}

impl Default for PodSpec {
    fn default() -> Self {
        Self {
            node_name: None,
            node_selector: Labels::default(),
            host_network: false,
            hostname: None,
            subdomain: None,
            dns_policy: DnsPolicy::default(),
            restart_policy: RestartPolicy::default(),
            enable_service_links: true,
            tolerations: Vec::new(),
            init_containers: Vec::new(),
            containers: Vec::new(),
        }
    }
}
