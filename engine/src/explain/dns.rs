//! Words for names.

use super::policy::Question;
use super::{Sentence, names, policy};
use crate::Str;
use crate::connect::Trace;
use crate::network::dns::Reason;

/// Why a name resolves, or does not.
pub(super) fn why(trace: &Trace, reason: &Reason) -> Sentence {
    let host = names::host(trace);
    match reason {
        Reason::Literal => Sentence::of("The target is an address: there is nothing to look up."),
        Reason::Service { service, name, tried } => after(tried)
            .code(name)
            .text(" is Service ")
            .object(service)
            .text(": DNS answers with its ClusterIP."),
        Reason::Headless { service, name, tried } => after(tried)
            .code(name)
            .text(" is the headless Service ")
            .object(service)
            .text(": DNS answers with the addresses of its ready pods."),
        Reason::Pod { pod, name, tried } => {
            after(tried).code(name).text(" is pod ").object(pod).text("'s own name.")
        }
        Reason::ExternalName { service, canonical } => {
            Sentence::of("Service ").object(service).text(" is another name for ").code(canonical).text(".")
        }
        Reason::Outside { .. } => Sentence::of("No Service is called ")
            .code(host)
            .text(": the name belongs to the outside. Its address is simulated."),
        Reason::Localhost => Sentence::default().code("localhost").text(" is the pod itself."),
        Reason::NotFound { empty: Some(service), .. } => Sentence::of("The headless Service ")
            .object(service)
            .text(" has no ready pod, so its name has no address. Look at its selector and at its pods."),
        Reason::NotFound { tried, nearest, .. } => {
            let sentence = match tried.split_first() {
                None => Sentence::of("DNS knows no such name."),
                Some((only, [])) => Sentence::of("Tried ").code(only).text(": it does not exist."),
                Some((first, rest)) => {
                    Sentence::of("Tried ").code(first).text(format!(" and {} more: none exists.", rest.len()))
                }
            };
            match nearest {
                Some(nearest) => sentence.text(" Did you mean ").code(nearest).text("?"),
                None => sentence,
            }
        }
        Reason::Spelled { name, tried } => {
            after(tried).code(name).text(" spells an address: DNS answers with it, whoever has it.")
        }
        Reason::NoAnswer { direction, decision } => {
            let question = Question::of_dns(trace, *direction);
            Sentence::of("DNS does not answer. ").then(policy::why(&question, decision))
        }
        Reason::NoServer { service } => {
            Sentence::of("DNS does not answer: no pod stands behind Service ").object(service).text(".")
        }
    }
}

/// Names tried in vain come first.
fn after(tried: &[Str]) -> Sentence {
    match tried.len() {
        0 => Sentence::default(),
        1 => Sentence::of("After 1 name that does not exist, "),
        more => Sentence::of(format!("After {more} names that do not exist, ")),
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::*;
    use super::*;
    use crate::api::Kind;
    use crate::connect::Verdict;
    use crate::network::policy::{self, Direction};

    fn words(reason: Reason) -> String {
        why(&trace(Verdict::Unresolved, vec![]), &reason).to_string()
    }

    #[test]
    fn a_name_that_is_missing_says_what_was_tried() {
        let tried: Vec<Str> =
            vec!["bakcend.shop.svc.cluster.local".into(), "b".into(), "c".into(), "d".into()];
        let reason = Reason::NotFound { tried: tried.clone(), nearest: Some("backend".into()), empty: None };
        assert_eq!(
            words(reason),
            "Tried `bakcend.shop.svc.cluster.local` and 3 more: none exists. Did you mean `backend`?"
        );
        let reason = Reason::NotFound { tried: tried[..1].to_vec(), nearest: None, empty: None };
        assert_eq!(words(reason), "Tried `bakcend.shop.svc.cluster.local`: it does not exist.");
        let reason = Reason::NotFound { tried, nearest: None, empty: Some(object(Kind::Service, "db")) };
        assert_eq!(
            words(reason),
            "The headless Service db has no ready pod, so its name has no address. Look at its selector and at its pods."
        );
    }

    #[test]
    fn names_that_are_found() {
        let service = object(Kind::Service, "db");
        let name: Str = "db.shop.svc.cluster.local".into();
        let plain = Reason::Service { service: service.clone(), name: name.clone(), tried: vec![] };
        assert_eq!(
            words(plain),
            "`db.shop.svc.cluster.local` is Service db: DNS answers with its ClusterIP."
        );
        let headless =
            Reason::Headless { service: service.clone(), name: name.clone(), tried: vec!["x".into()] };
        assert_eq!(
            words(headless),
            "After 1 name that does not exist, `db.shop.svc.cluster.local` is the headless Service db: DNS answers with the addresses of its ready pods."
        );
        let alias = Reason::ExternalName { service, canonical: "bank.example.com".into() };
        assert_eq!(words(alias), "Service db is another name for `bank.example.com`.");
        let pod = Reason::Pod { pod: object(Kind::Pod, "db-0"), name, tried: vec!["x".into(), "y".into()] };
        assert_eq!(
            words(pod),
            "After 2 names that do not exist, `db.shop.svc.cluster.local` is pod db-0's own name."
        );
        assert_eq!(
            words(Reason::Outside { tried: vec![] }),
            "No Service is called `db`: the name belongs to the outside. Its address is simulated."
        );
    }

    #[test]
    fn dns_that_is_cut_off() {
        let reason = policy::Reason::Isolated { policies: vec![isolation("deny-all", vec![])] };
        let decision = Box::new(policy::Decision { allowed: false, reason, depends_on_plugin: None });
        assert_eq!(
            words(Reason::NoAnswer { direction: Direction::Egress, decision }),
            "DNS does not answer. `deny-all` selects reports and isolates it for egress. It has no egress rules, so nothing leaves."
        );
        let service = object(Kind::Service, "kube-dns");
        assert_eq!(
            words(Reason::NoServer { service }),
            "DNS does not answer: no pod stands behind Service kube-dns."
        );
    }
}
