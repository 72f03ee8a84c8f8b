// Online Boutique, as its makers publish it: not part of this repository, and not everywhere where it is tested.

import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("../../../shared/corpus/online-boutique/", import.meta.url);

/** Its manifests and its network policies; nothing, with a word about it, where they are absent. */
export function boutique() {
  try {
    const policies = new URL("network-policies/", folder);
    const files = readdirSync(policies).filter((name) => name.endsWith(".yaml"));
    return {
      manifests: readFileSync(new URL("kubernetes-manifests.yaml", folder), "utf8"),
      policies: files.map((name) => readFileSync(new URL(name, policies), "utf8")).join("\n---\n"),
    };
  } catch {
    console.log("skipped: ../shared/corpus is not here");
    return undefined;
  }
}
