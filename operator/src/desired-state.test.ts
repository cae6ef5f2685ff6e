import { describe, expect, it } from "vitest";
import { remoteOf } from "./desired-state.ts";
import { GitFailed } from "./state/git.ts";

describe("where desired state comes from", () => {
  it("is what the link to the control plane says", () => {
    const remote = { url: "https://panel.example/agent/state.git", token: "t" };
    expect(remoteOf({ remote: () => remote })).toEqual(remote);
  });

  it("is unreachable in the control plane's own words while we are not registered", () => {
    const asked = () => remoteOf({ remote: () => ({ why: "The token was used. Make another one." }) });
    expect(asked).toThrow(new GitFailed("The token was used. Make another one"));
  });
});
