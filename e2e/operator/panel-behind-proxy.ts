import { type FaultProxy, startFaultProxy } from "../fault-proxy/fault-proxy.ts";
import { type Panel, testPanel } from "../harness/panel.ts";
import { type Workers, workersOf } from "../harness/workers.ts";

/** A control plane with workers whose reports go through a proxy. */
export interface PanelBehindProxy {
  readonly panel: Panel;
  readonly proxy: FaultProxy;
  readonly workers: Workers;
  close(): Promise<void>;
}

/** Starts a control plane and a proxy of the arrow `reports` before it. */
export async function panelBehindProxy(): Promise<PanelBehindProxy> {
  const panel = await testPanel();
  const proxy = await startFaultProxy({ arrow: "reports", target: panel.url });
  const close = async () => {
    await proxy.close();
    await panel.close();
  };
  return { panel, proxy, workers: workersOf(panel), close };
}
