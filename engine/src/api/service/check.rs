//! What the API server refuses or warns of in a Service, in its words (service-semantics 4–9, 25, 26).

use super::ServiceType;
use super::read::{RawPort, RawSpec};
use crate::Str;
use crate::api::meta::check_labels;
use crate::api::names;
use crate::api::read::{Path, Reader, address};
use crate::api::special;
use crate::manifest::Node;
use crate::text::{FieldPath, Span};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// One Service under check.
pub(super) struct Check<'a> {
    /// The tree of `spec`.
    spec: &'a Node,
    path: FieldPath,
    reader: &'a mut Reader,
    kind: ServiceType,
    headless: bool,
}

impl<'a> Check<'a> {
    pub(super) fn new(
        spec: &'a Node,
        path: &Path<'_>,
        reader: &'a mut Reader,
        kind: ServiceType,
        headless: bool,
    ) -> Self {
        Self { spec, path: path.owned().field("spec"), reader, kind, headless }
    }

    /// Checks everything; gives the cluster addresses that can be read.
    pub(super) fn all(mut self, raw: &RawSpec) -> Vec<IpAddr> {
        self.words(raw);
        if let Some(entry) = self.spec.get("selector") {
            check_labels(&entry.value, &self.path.field("selector"), self.reader);
        }
        self.ports(&raw.ports);
        self.external(raw);
        self.load_balancer(raw);
        let timeout = raw.affinity_config.timeout();
        if raw.affinity.as_deref() == Some("ClientIP") && !(1..=86_400).contains(&timeout) {
            let at = self.path.field("sessionAffinityConfig").field("clientIP").field("timeoutSeconds");
            let detail = "must be greater than 0 and less than 86400";
            let span = self.span("sessionAffinityConfig");
            self.reader.invalid_bare(span, at, &timeout.to_string(), detail);
        }
        let addresses = self.cluster_ips(raw);
        self.families(raw, &addresses);
        self.warnings(raw);
        addresses
    }

    /// Fields that take one of a few words.
    fn words(&mut self, raw: &RawSpec) {
        let fields: [(&str, &Option<Str>, &[&str]); 6] = [
            ("type", &raw.kind, &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]),
            ("sessionAffinity", &raw.affinity, &["ClientIP", "None"]),
            ("externalTrafficPolicy", &raw.external_policy, &["Cluster", "Local"]),
            ("internalTrafficPolicy", &raw.internal_policy, &["Cluster", "Local"]),
            ("trafficDistribution", &raw.distribution, &["PreferClose", "PreferSameZone", "PreferSameNode"]),
            ("ipFamilyPolicy", &raw.family_policy, &["PreferDualStack", "RequireDualStack", "SingleStack"]),
        ];
        for (name, written, known) in fields {
            if let Some(word) = written.as_deref().filter(|it| !it.is_empty() && !known.contains(it)) {
                let span = self.span(name);
                self.reader.unsupported(span, self.path.field(name), word, known);
            }
        }
    }

    /// Several ports are named, names and (port, protocol) are unique.
    fn ports(&mut self, raw: &[RawPort]) {
        let items = self.spec.get("ports").map_or(&[][..], |entry| entry.value.items());
        if items.is_empty() && !self.headless && self.kind != ServiceType::ExternalName {
            let span = self.span("ports");
            self.reader.required(span, self.path.field("ports"), "");
        }
        let (mut names_seen, mut ports_seen) = (BTreeSet::new(), BTreeSet::new());
        for (i, (port, item)) in raw.iter().zip(items).enumerate() {
            let here = self.path.field("ports").index(i);
            let span = |name: &str| item.get(name).map_or(item.span, |entry| entry.value.span);
            if port.name.is_empty() && items.len() > 1 {
                self.reader.required(item.span, here.field("name"), "");
            }
            if !port.name.is_empty() {
                let wrong = names::dns_label(&port.name);
                self.reader.wrong(span("name"), &here.field("name"), &port.name, wrong);
                if !names_seen.insert(&port.name) {
                    self.reader.duplicate(span("name"), here.field("name"), &format!("{:?}", port.name));
                }
            }
            if !port.app.is_empty() {
                let wrong = names::label_key(&port.app);
                self.reader.wrong(span("appProtocol"), &here.field("appProtocol"), &port.app, wrong);
            }
            if item.get("port").is_none() {
                self.reader.required(item.span, here.field("port"), "");
            }
            if port.port.is_some_and(|number| !ports_seen.insert((number, port.protocol))) {
                let value = format!(
                    "{{\"Name\":\"\",\"Protocol\":\"{}\",\"AppProtocol\":null,\"Port\":{},\"TargetPort\":0,\"NodePort\":0}}",
                    port.protocol.name(),
                    port.port.unwrap_or(0)
                );
                self.reader.duplicate(span("port"), here.clone(), &value);
            }
            self.node_port(port.node_port, span("nodePort"), here.field("nodePort"));
        }
    }

    /// Whether a node port may stand here at all; the cluster knows its range.
    fn node_port(&mut self, number: i64, span: Span, path: FieldPath) {
        if number != 0 && self.kind == ServiceType::ClusterIp {
            self.reader.forbidden(span, path, "may not be used when `type` is 'ClusterIP'");
        } else if !(0..=i64::from(u16::MAX)).contains(&number) {
            let detail = "provided port is not in the valid range. The range of valid ports is 30000-32767";
            self.reader.invalid_bare(span, path, &number.to_string(), detail);
        }
    }

    /// External addresses, names and policy.
    fn external(&mut self, raw: &RawSpec) {
        let items = self.spec.get("externalIPs").map_or(&[][..], |entry| entry.value.items());
        for (i, item) in items.iter().enumerate() {
            let Some(text) = item.as_str() else { continue };
            if let Some(detail) = text.parse().ok().and_then(special) {
                self.reader.invalid(item, self.path.field("externalIPs").index(i), text, detail);
            }
        }
        if self.kind == ServiceType::ExternalName {
            match raw.external_name.as_deref() {
                None | Some("") => {
                    let span = self.span("externalName");
                    self.reader.required(span, self.path.field("externalName"), "");
                }
                Some(name) => {
                    let wrong = names::dns_subdomain(name.strip_suffix('.').unwrap_or(name));
                    let span = self.span("externalName");
                    self.reader.wrong(span, &self.path.field("externalName"), name, wrong);
                }
            }
        }
        let outside =
            matches!(self.kind, ServiceType::NodePort | ServiceType::LoadBalancer) || !items.is_empty();
        if let Some(policy) = raw.external_policy.as_deref().filter(|it| !it.is_empty() && !outside) {
            let detail = "may only be set for externally-accessible services";
            self.invalid("externalTrafficPolicy", policy, detail);
        }
    }

    /// Fields that only a LoadBalancer has.
    fn load_balancer(&mut self, raw: &RawSpec) {
        if self.kind != ServiceType::LoadBalancer {
            let fields = [
                ("loadBalancerSourceRanges", "LoadBalancerSourceRanges", !raw.source_ranges.is_empty()),
                ("allocateLoadBalancerNodePorts", "allocateLoadBalancerNodePorts", raw.node_ports.is_some()),
                ("loadBalancerClass", "loadBalancerClass", raw.load_balancer_class.is_some()),
            ];
            for (name, said, _) in fields.into_iter().filter(|it| it.2) {
                let span = self.span(name);
                let detail = "may only be used when `type` is 'LoadBalancer'";
                self.reader.forbidden(span, self.path.field(said), detail);
            }
        }
        let local = raw.external_policy.as_deref() == Some("Local");
        if let Some(port) = raw.health_port.filter(|it| *it != 0)
            && (self.kind != ServiceType::LoadBalancer || !local)
        {
            let detail =
                "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'";
            let span = self.span("healthCheckNodePort");
            self.reader.invalid_bare(span, self.path.field("healthCheckNodePort"), &port.to_string(), detail);
        }
    }

    /// `clusterIP` and `clusterIPs` agree and are addresses, or `None` where that may stand.
    fn cluster_ips(&mut self, raw: &RawSpec) -> Vec<IpAddr> {
        let first = raw.cluster_ip.as_ref().filter(|it| !it.is_empty());
        let written: Vec<&Str> = match raw.cluster_ips.is_empty() {
            true => first.into_iter().collect(),
            false => raw.cluster_ips.iter().collect(),
        };
        let path = self.path.field("clusterIPs");
        let field = if raw.cluster_ips.is_empty() { "clusterIP" } else { "clusterIPs" };
        if written.is_empty() {
            return Vec::new();
        }
        let span = self.span(field);
        if self.kind == ServiceType::ExternalName {
            self.reader.forbidden(span, path, "may not be set for ExternalName services");
            return Vec::new();
        }
        let list = || {
            let quoted: Vec<String> = written.iter().map(|it| format!("{it:?}")).collect();
            format!("[{}]", quoted.join(","))
        };
        match first {
            None => {
                let detail = "must be empty when `clusterIP` is not specified";
                self.reader.invalid_bare(span, path.clone(), &list(), detail);
            }
            Some(first) if written.first() != Some(&first) => {
                let detail = "first value must match `clusterIP`";
                self.reader.invalid_bare(span, path.clone(), &list(), detail);
            }
            _ => {}
        }
        if written.len() > 2 {
            self.reader.invalid_bare(span, path.clone(), &list(), "may only hold up to 2 values");
        }
        let refused = match self.kind {
            ServiceType::NodePort => Some("may not be set to 'None' for NodePort services"),
            ServiceType::LoadBalancer => Some("may not be set to 'None' for LoadBalancer services"),
            _ => None,
        };
        let mut addresses = Vec::new();
        for (i, text) in written.into_iter().enumerate() {
            let here = path.index(i);
            let place = self.spec.get(field).map_or(self.spec, |entry| &entry.value);
            let place = place.items().get(i).unwrap_or(place);
            match (&**text, refused) {
                ("None", None) => {}
                ("None", Some(detail)) => self.reader.invalid(place, here, text, detail),
                _ => addresses.extend(address(text, place, here, self.reader)),
            }
        }
        addresses
    }

    /// At most one address and one range of each family, in one order.
    fn families(&mut self, raw: &RawSpec, addresses: &[IpAddr]) {
        let path = self.path.field("ipFamilies");
        if self.kind == ServiceType::ExternalName {
            for (name, set) in
                [("ipFamilies", !raw.families.is_empty()), ("ipFamilyPolicy", raw.family_policy.is_some())]
            {
                if set {
                    let span = self.span(name);
                    self.reader.forbidden(
                        span,
                        self.path.field(name),
                        "may not be set for ExternalName services",
                    );
                }
            }
            return;
        }
        let items = self.spec.get("ipFamilies").map_or(&[][..], |entry| entry.value.items());
        let mut seen = BTreeSet::new();
        for (i, item) in items.iter().enumerate() {
            let Some(family) = item.as_str() else { continue };
            if !["IPv4", "IPv6"].contains(&&**family) {
                self.reader.unsupported(item.span, path.index(i), family, &["IPv4", "IPv6"]);
            } else if !seen.insert(family.clone()) {
                self.reader.duplicate(item.span, path.index(i), &format!("{family:?}"));
            }
        }
        if raw.family_policy.as_deref() == Some("SingleStack") && seen.len() > 1 {
            let detail =
                "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
            self.invalid("ipFamilyPolicy", "SingleStack", detail);
        }
        for (i, (family, address)) in raw.families.iter().zip(addresses).enumerate() {
            if ["IPv4", "IPv6"].contains(&&**family) && (&**family == "IPv4") != address.is_ipv4() {
                let detail = format!("expected an {family} value as indicated by `ipFamilies[{i}]`");
                let place = self.spec.get("clusterIP").map_or(self.spec, |entry| &entry.value);
                let here = self.path.field("clusterIPs").index(i);
                self.reader.invalid(place, here, &address.to_string(), &detail);
            }
        }
    }

    /// What the server takes and warns of (service-semantics 9).
    fn warnings(&mut self, raw: &RawSpec) {
        let set = |written: &Option<Str>| written.as_ref().is_some_and(|it| !it.is_empty());
        let external = !raw.external_ips.is_empty();
        let affinity = raw.affinity.as_deref().is_some_and(|it| !matches!(it, "" | "None"));
        let named = self.kind == ServiceType::ExternalName;
        let tests = [
            (
                external,
                "externalIPs",
                "spec.externalIPs is deprecated and may no longer be implemented in some clusters",
            ),
            (
                self.headless && set(&raw.load_balancer_ip),
                "loadBalancerIP",
                "spec.loadBalancerIP is ignored for headless services",
            ),
            (self.headless && external, "externalIPs", "spec.externalIPs is ignored for headless services"),
            (
                self.headless && affinity,
                "sessionAffinity",
                "spec.SessionAffinity is ignored for headless services",
            ),
            (
                named && external,
                "externalIPs",
                "spec.externalIPs is ignored when spec.type is \"ExternalName\"",
            ),
            (
                !named && set(&raw.external_name),
                "externalName",
                "spec.externalName is ignored when spec.type is not \"ExternalName\"",
            ),
            (
                raw.distribution.as_deref() == Some("PreferClose"),
                "trafficDistribution",
                "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"",
            ),
        ];
        for (_, field, words) in tests.into_iter().filter(|it| it.0) {
            let span = self.span(field);
            self.reader.warn(span, words);
        }
    }

    /// The value of a field of `spec`, else `spec`.
    fn span(&self, name: &str) -> Span {
        self.spec.get(name).map_or(self.spec.span, |entry| entry.value.span)
    }

    fn invalid(&mut self, field: &str, value: &str, detail: &str) {
        let place = self.spec.get(field).map_or(self.spec, |entry| &entry.value);
        self.reader.invalid(place, self.path.field(field), value, detail);
    }
}
