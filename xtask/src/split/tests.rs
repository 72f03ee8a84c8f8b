//! Whatever the notes say, the halves do what the whole does.

use super::watch::segments;
use super::{parse, split, watched};
use std::{fs, path::PathBuf, process::Command};

/// Loops, early returns, branches outwards with and without values, tables, traps, memory, globals.
const WHOLE: &str = r#"(module
  (import "later" "fetch_later" (func $fetch))
  (memory (export "memory") 1)
  (global $g (mut i32) (i32.const 7))
  (table 4 funcref)
  (elem (i32.const 1) $triple $digits $negate)
  (type $unary (func (param i32) (result i32)))
  (func (export "complete") (call $fetch))
  (func $triple (param i32) (result i32)
    (if (i32.eqz (local.get 0)) (then (global.set $g (i32.add (global.get $g) (i32.const 1)))))
    (i32.mul (local.get 0) (i32.const 3)))
  (func $negate (param i32) (result i32) (i32.sub (i32.const 0) (local.get 0)))
  (func $digits (param $n i32) (result i32) (local $sum i32) (local $steps i64)
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $n)))
        (local.set $sum (i32.add (local.get $sum) (i32.rem_u (local.get $n) (i32.const 10))))
        (local.set $n (i32.div_u (local.get $n) (i32.const 10)))
        (local.set $steps (i64.add (local.get $steps) (i64.const 1)))
        (if (i64.gt_u (local.get $steps) (i64.const 3))
          (then
            (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (local.get $sum)))
            (local.set $sum (i32.add (local.get $sum) (i32.const 100)))
            (local.set $steps (i64.const 0))
            (if (i32.gt_u (local.get $sum) (i32.const 400)) (then (br $done)))
            (br_if $next (i32.and (local.get $sum) (i32.const 1)))
            (return (i32.add (local.get $sum) (i32.wrap_i64 (local.get $steps))))))
        (br $next)))
    (i32.add (local.get $sum) (global.get $g)))
  (func $choose (param $n i32) (result i32) (local $kept i32)
    (local.set $kept (local.get $n))
    (block $out (result i32)
      (block $two (block $one (block $zero
        (br_table $zero $one $two (i32.rem_u (local.get $n) (i32.const 5))))
        (local.set $kept (i32.add (local.get $kept) (i32.const 1)))
        (local.set $kept (i32.mul (local.get $kept) (i32.const 5)))
        (local.set $kept (i32.xor (local.get $kept) (i32.const 21)))
        (local.set $kept (i32.add (local.get $kept) (call $digits (local.get $kept))))
        (br $out (i32.sub (local.get $kept) (i32.const 3))))
        (local.set $kept (i32.add (local.get $kept) (call $triple (local.get $kept))))
        (local.set $kept (i32.xor (local.get $kept) (i32.const 9)))
        (if (i32.gt_s (local.get $kept) (i32.const 5000)) (then (unreachable)))
        (br $out (i32.add (local.get $kept) (i32.const 1000))))
      (if (result i32) (i32.gt_u (local.get $n) (i32.const 30))
        (then
          (local.set $kept (i32.rotl (local.get $kept) (i32.const 3)))
          (local.set $kept (i32.add (local.get $kept) (i32.load (i32.const 16))))
          (i32.store (i32.const 16) (local.get $kept))
          (i32.add (local.get $kept) (local.get $n)))
        (else (i32.const 11)))))
  (func $late (param $n i32) (result i32) (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local.set $a (i32.const 5))
    (local.set $c (i32.const 4))
    (local.set $d (i32.const 8))
    (local.set $b (i32.const 9))
    (if (i32.and (local.get $n) (i32.const 1))
      (then
        (if (i32.and (local.get $n) (i32.const 2)) (then (local.set $b (i32.add (local.get $n) (i32.const 3)))))
        (if (i32.and (local.get $n) (i32.const 8)) (then (local.set $c (local.get $n)) (local.set $d (i32.const 6))))
        (local.set $a (i32.mul (local.get $b) (local.get $d)))))
    (block $out
      (if (i32.and (local.get $n) (i32.const 16))
        (then (br_if $out (i32.and (local.get $n) (i32.const 32))) (local.set $c (i32.add (local.get $n) (i32.const 7))))))
    (if (i32.and (local.get $n) (i32.const 4)) (then (local.set $b (i32.sub (local.get $b) (local.get $a)))))
    (i32.add (i32.add (local.get $a) (local.get $c)) (i32.mul (local.get $b) (i32.const 1000))))
  (func (export "run") (param $n i32) (result i32) (local $found i32)
    (local.set $found (i32.add (call $choose (local.get $n)) (call $late (local.get $n))))
    (local.set $found
      (i32.add (local.get $found)
        (call_indirect (type $unary) (local.get $n) (i32.add (i32.const 1) (i32.rem_u (local.get $n) (i32.const 3))))))
    (i32.add (local.get $found) (call $digits (i32.mul (local.get $n) (i32.const 9876543))))))"#;

/// Runs the whole and the halves side by side, in one state for all calls.
const RUNNER: &str = r#"
const { readFileSync } = require("node:fs");
const load = (name) => new WebAssembly.Module(readFileSync(`${__dirname}/${name}.wasm`));
for (let kind = 0; kind < COUNT; kind += 1) {
  const later = load(`later-${kind}`);
  const first = new WebAssembly.Instance(load(`first-${kind}`), { later: { fetch_later() {
    new WebAssembly.Instance(later, { first });
    first.later.value = 1;
  } } }).exports;
  const fresh = new WebAssembly.Instance(load("whole"), { later: { fetch_later() {} } }).exports;
  const attempt = (run, n) => { try { return run(n); } catch (error) { return error.name; } };
  for (let n = 0; n < 400; n += 1) {
    const [wanted, got] = [attempt(fresh.run, n), attempt(first.run, n)];
    if (wanted !== got) throw new Error(`halves ${kind}: run(${n}) is ${got}, not ${wanted}`);
  }
}
"#;

#[test]
fn halves_do_what_the_whole_does() {
    let whole = wat::parse_str(WHOLE).unwrap();
    let count = watched(&whole).unwrap().count;
    let folder: PathBuf = std::env::temp_dir().join(format!("podyard-halves-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("whole.wasm"), &whole).unwrap();
    // None ran, all ran, and a few hundred in between, by a stream of bits that is always the same.
    let mut bits = 0x2545_f491_4f6c_dd1d_u64;
    let mut notes = vec![vec![0; count], vec![1; count]];
    for _ in 0..300 {
        let mut note = || {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            u8::from(bits.is_multiple_of(3))
        };
        notes.push((0..count).map(|_| note()).collect());
    }
    for (kind, notes) in notes.iter().enumerate() {
        let (first, later) = split(&whole, notes).unwrap();
        fs::write(folder.join(format!("first-{kind}.wasm")), first).unwrap();
        fs::write(folder.join(format!("later-{kind}.wasm")), later).unwrap();
    }
    fs::write(folder.join("run.cjs"), RUNNER.replace("COUNT", &notes.len().to_string())).unwrap();
    let ran = Command::new("timeout").args(["60", "node"]).arg(folder.join("run.cjs")).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn halves_of_different_builds_do_not_meet() {
    let whole = wat::parse_str(WHOLE).unwrap();
    let count = watched(&whole).unwrap().count;
    let build = |module: &walrus::Module| {
        let names: Vec<String> = module.imports.iter().map(|it| it.name.clone()).collect();
        names.into_iter().find(|name| name.starts_with("build-")).unwrap()
    };
    let of = |notes: &[u8]| build(&parse(&split(&whole, notes).unwrap().1).unwrap());
    let (none, mut one) = (vec![0; count], vec![0; count]);
    one[0] = 1;
    assert_eq!(of(&none), of(&none));
    assert_ne!(of(&none), of(&one));
}

#[test]
fn what_did_not_run_leaves() {
    let whole = wat::parse_str(WHOLE).unwrap();
    let module = parse(&whole).unwrap();
    let count: usize = module.funcs.iter_local().map(|(_, function)| segments(function).len()).sum();
    let (first, _) = split(&whole, &vec![0; count]).unwrap();
    let (kept, _) = split(&whole, &vec![1; count]).unwrap();
    assert!(first.len() * 10 < kept.len() * 9, "{} of {}", first.len(), kept.len());
}
