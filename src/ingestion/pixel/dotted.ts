import { type JsonObject } from '../../events/event.js';

/** Converts a value of the query, by its place in the message. */
export type ReadValue = (path: readonly string[], text: string) => unknown;

const MAX_PARAMETERS = 1000;
const MAX_LEVELS = 10;
const MAX_INDEX = 100;
const FORBIDDEN = new Set(['', '__proto__', 'constructor', 'prototype']);
const INDEX = /^(?:0|[1-9]\d*)$/;

interface Node {
  readonly children: Map<string, Node>;
  value?: unknown;
}

/**
 * Builds an object from parameters such as `properties.items.0.sku=x` (WIRE 4.2). The first of repeated parameters wins. Where
 * a text and an object have the same place, the object wins in any order. A parameter that exceeds a bound or would reach a
 * prototype is left out.
 */
export function fromDotted(parameters: Iterable<[string, string]>, read: ReadValue): JsonObject {
  const root: Node = { children: new Map() };
  let count = 0;
  for (const [name, text] of parameters) {
    count += 1;
    if (count > MAX_PARAMETERS) break;
    const path = name.split('.');
    if (isAllowed(path)) insert(root, path, text, read);
  }
  return objectOf(root);
}

/** Numbers are array indices from the third level on; the first two levels, a message and its fields, are objects. */
const isAllowed = (path: readonly string[]): boolean =>
  path.length <= MAX_LEVELS &&
  path.every(
    (part, level) => !FORBIDDEN.has(part) && (level < 2 || !/^\d+$/.test(part) || Number(part) <= MAX_INDEX),
  );

function insert(root: Node, path: readonly string[], text: string, read: ReadValue): void {
  let node = root;
  for (const part of path) {
    const next: Node = node.children.get(part) ?? { children: new Map() };
    node.children.set(part, next);
    node = next;
  }
  if (!('value' in node)) node.value = read(path, text);
}

function valueOf(node: Node, level: number): unknown {
  if (node.children.size === 0) return node.value;
  const isArray = level >= 2 && [...node.children.keys()].every((key) => INDEX.test(key));
  return isArray ? arrayOf(node, level) : objectOf(node, level);
}

const objectOf = (node: Node, level = 0): JsonObject =>
  Object.fromEntries([...node.children].map(([key, child]) => [key, valueOf(child, level + 1)]));

/** Indices without a value hold null, as with RudderStack (WIRE 5.4). */
function arrayOf(node: Node, level: number): unknown[] {
  const length = Math.max(...[...node.children.keys()].map(Number)) + 1;
  return Array.from({ length }, (_, index) => {
    const child = node.children.get(String(index));
    return child ? valueOf(child, level + 1) : null;
  });
}
