/**
 * Returns an object that stands in for `whole`: what `own` has comes from there, everything else is the original's, methods called on it.
 * Ink wants the whole type of a terminal stream and uses six things of it.
 */
export const standIn = <Whole extends object>(whole: Whole, own: object): Whole =>
  new Proxy(whole, {
    has: (target, property) => Reflect.has(own, property) || Reflect.has(target, property),
    get: (target, property): unknown => {
      const owner = Reflect.has(own, property) ? own : target;
      const value: unknown = Reflect.get(owner, property, owner);
      return typeof value === 'function' ? (value.bind(owner) as unknown) : value;
    },
  });
