/** Computes what follows from an object that never changes once, and keeps it as long as the object lives. */
export function onceFor<Key extends object, Value>(compute: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>();
  return (key) => {
    let kept = known.get(key);
    if (kept === undefined) {
      kept = { value: compute(key) };
      known.set(key, kept);
    }
    return kept.value;
  };
}
