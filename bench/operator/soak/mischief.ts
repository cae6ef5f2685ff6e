import type { Random } from "../../../e2e/harness/seeds.ts";
import type { Ref } from "../../../operator/src/kube/kube.ts";
import type { Scene } from "../scene.ts";

const images = 50;
const drifts = 0.3;

/** Does one thing to one object at random: a change as its owner makes one, or an edit of its Deployment by a stranger. */
export async function mischief(scene: Scene, refs: readonly Ref[], random: Random): Promise<void> {
  const ref = random.pick(refs);
  if (random.chance(drifts)) await scene.disturb(scene.deploymentOf(ref));
  else await scene.askAlone(ref, `registry.example/wave:${random.below(images)}`);
}
