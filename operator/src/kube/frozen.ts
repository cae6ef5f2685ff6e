// Set by test runners. What a kind does to its copy of the cache shows in a test, and costs nothing in production.
const isTest = process.env.NODE_ENV === "test";

/** `object` for the cache: in tests it cannot be changed, however deep. */
export function frozen<T extends object>(object: T): T {
  return isTest ? deepFrozen(object) : object;
}

function deepFrozen<T extends object>(object: T): T {
  if (Object.isFrozen(object)) return object;
  for (const value of Object.values(object)) if (typeof value === "object" && value !== null) deepFrozen(value);
  return Object.freeze(object);
}
