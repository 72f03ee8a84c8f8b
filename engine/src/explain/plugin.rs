//! Words for answers that Kubernetes leaves to the network plugin.

use super::{Sentence, verdict_word};
use crate::connect::{Trace, Verdict};
use crate::network::policy::PluginDependence;

/// Why the answer depends on the network plugin, and what others would do; `None` when it does not.
pub fn plugin(trace: &Trace) -> Option<Sentence> {
    let (why, others) = trace.depends_on_plugin.as_ref()?;
    let mut sentence = Sentence::of(because(*why));
    let mut verdicts: Vec<Verdict> = others.iter().map(|(_, verdict)| *verdict).collect();
    verdicts.sort_unstable();
    verdicts.dedup();
    for verdict in verdicts {
        let names: Vec<&str> = others.iter().filter(|it| it.1 == verdict).map(|it| it.0).collect();
        sentence = sentence.text(format!(" Under {}: {}.", names.join(", "), verdict_word(verdict)));
    }
    Some(sentence)
}

fn because(why: PluginDependence) -> &'static str {
    match why {
        PluginDependence::Icmp => {
            "NetworkPolicy says nothing of ICMP: whether it passes is left to the plugin."
        }
        PluginDependence::BlockAndPod => {
            "Whether an ipBlock covers addresses of pods and nodes is left to the plugin."
        }
        PluginDependence::SourceRewritten => {
            "The source is rewritten on the way in: whether policies see the client or a node is left to the plugin."
        }
        PluginDependence::Hairpin => {
            "A pod reaches itself through a Service: whether policies judge that is left to the plugin."
        }
        PluginDependence::OwnNode => {
            "Whether egress policies judge what a pod sends to its own node is left to the plugin."
        }
        PluginDependence::HostNetwork => {
            "Whether policies see a host-network pod as a pod or as its node is left to the plugin."
        }
        PluginDependence::NotEnforced => {
            "This plugin does not enforce policies; one that does would drop it."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;

    #[test]
    fn other_plugins_are_named_with_their_verdict() {
        let mut trace = trace(Verdict::Forwarded, vec![admitted(), listening()]);
        assert_eq!(plugin(&trace), None);
        let others =
            vec![("flannel", Verdict::Dropped), ("cilium", Verdict::Dropped), ("calico", Verdict::Refused)];
        trace.depends_on_plugin = Some((PluginDependence::BlockAndPod, others));
        assert_eq!(
            plugin(&trace).unwrap().to_string(),
            "Whether an ipBlock covers addresses of pods and nodes is left to the plugin. Under flannel, cilium: Dropped. Under calico: Refused."
        );
    }
}
