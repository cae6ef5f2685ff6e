import type { Random } from "../../e2e/harness/seeds.ts";
import type { Ref } from "../../operator/src/kube/kube.ts";
import type { Scene } from "./scene.ts";

// Every latency begins before the bench sends its own request, so that it holds all a person would wait for.

const firstImage = "registry.example/wave:1";
let images = 1;

/** An image that nothing of this process has had yet. */
function nextImage(): string {
  images += 1;
  return `registry.example/wave:${images}`;
}

/** Seconds until all objects, asked for at once, are said to be as asked. */
export async function createAll(scene: Scene, refs: readonly Ref[]): Promise<number> {
  const from = performance.now();
  const all = refs.map(async (ref) => {
    await scene.ask(ref, firstImage);
    await scene.ready(ref);
  });
  await Promise.all(all);
  return (performance.now() - from) / 1_000;
}

/** Milliseconds of each of `rounds` changes of one object, one after the other, until its Deployment has it. */
export async function change(scene: Scene, refs: readonly Ref[], rounds: number, random: Random): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    taken.push(await changeOne(scene, random.pick(refs)));
  }
  return taken;
}

async function changeOne(scene: Scene, ref: Ref): Promise<number> {
  const image = nextImage();
  const from = performance.now();
  const written = scene.written(ref, image);
  await scene.askAlone(ref, image);
  const took = (await written) - from;
  await scene.ready(ref); // the next change finds nothing under way
  return took;
}

/** Milliseconds of each of `rounds` foreign edits of a Deployment until it is as it was. */
export async function heal(scene: Scene, refs: readonly Ref[], rounds: number, random: Random): Promise<number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const deployment = scene.deploymentOf(random.pick(refs));
    const from = performance.now();
    const edit = await scene.disturb(deployment);
    taken.push((await scene.healed(deployment, edit)) - from);
  }
  return taken;
}

/** Milliseconds of changes of one tenant's objects while the crowd's are all changed at once; as many as there is time for. */
export async function behindBacklog(
  scene: Scene,
  crowd: readonly Ref[],
  beside: readonly Ref[],
  random: Random,
): Promise<number[]> {
  const image = nextImage();
  let isBusy = true;
  const backlog = Promise.all(crowd.map((ref) => scene.ask(ref, image).then(() => scene.written(ref, image)))).then(
    () => {
      isBusy = false;
    },
  );
  const taken: number[] = [];
  while (isBusy || taken.length === 0) taken.push(await changeOne(scene, random.pick(beside)));
  await backlog;
  return taken;
}

/** Milliseconds until each new object of one tenant has its Deployment, while all objects of another tenant fail. */
export async function besideFailing(scene: Scene, failing: readonly Ref[], beside: readonly Ref[]): Promise<number[]> {
  // A failing object has its Deployment, but not what comes after it.
  const tried = failing.map((ref) => scene.ask(ref, firstImage).then(() => scene.written(ref, firstImage)));
  await Promise.all(tried);
  const taken: number[] = [];
  for (const ref of beside) {
    const from = performance.now();
    const written = scene.written(ref, firstImage);
    await scene.askAlone(ref, firstImage);
    taken.push((await written) - from);
  }
  return taken;
}
