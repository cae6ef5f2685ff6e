/** A block of IPv4 addresses: those whose first `length` bits are those of `start`. */
type Block = { readonly start: number; readonly length: number };

/**
 * Returns the largest blocks that together are `cidr` without the blocks of `except`: a firewall rule can name a block, but
 * not one with holes. Returns nothing for IPv6, which the local cluster does not have.
 */
export function withoutBlocks(cidr: string, except: readonly string[] = []): string[] {
  const block = parse(cidr);
  if (block === undefined) return [];
  const holes = except.map(parse).filter((hole) => hole !== undefined);
  return cut(block, holes).map(print);
}

function cut(block: Block, holes: readonly Block[]): Block[] {
  const touching = holes.filter((hole) => contains(hole, block) || contains(block, hole));
  if (touching.length === 0) return [block];
  if (touching.some((hole) => contains(hole, block))) return [];
  const length = block.length + 1;
  const halves = [block.start, block.start + 2 ** (32 - length)].map((start) => ({ start, length }));
  return halves.flatMap((half) => cut(half, touching));
}

function contains(outer: Block, inner: Block): boolean {
  return (
    outer.length <= inner.length && inner.start >= outer.start && inner.start < outer.start + 2 ** (32 - outer.length)
  );
}

function parse(cidr: string): Block | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(cidr);
  if (match === null) return undefined;
  const [a = 0, b = 0, c = 0, d = 0, length = 0] = match.slice(1).map(Number);
  const address = ((a * 256 + b) * 256 + c) * 256 + d;
  return { start: address - (address % 2 ** (32 - length)), length };
}

function print({ start, length }: Block): string {
  const bytes = [24, 16, 8, 0].map((shift) => Math.floor(start / 2 ** shift) % 256);
  return `${bytes.join(".")}/${length}`;
}
