// Whether a value of one type may stand where another is asked for, with type parameters bound on the way: the rules of
// cel-go's checker. A failed attempt leaves no binding behind.
import { DYN, listOf, mapOf, optionalOf, sameType, typeOf } from './types.ts';
import type { CelType } from './types.ts';

export class Substitution {
  private readonly bound = new Map<string, CelType>();
  private readonly undo: (readonly [string, CelType | undefined])[] = [];
  private fresh = 0;

  /** A type parameter that nothing is known of yet. */
  variable(): CelType {
    return { kind: 'param', name: `_var${this.fresh++}` };
  }

  assignable(a: CelType, b: CelType): boolean {
    return this.attempt(() => this.fits(a, b));
  }

  allAssignable(given: readonly CelType[], wanted: readonly CelType[]): boolean {
    if (given.length !== wanted.length) return false;
    return this.attempt(() => given.every((type, i) => this.fits(type, wanted[i] as CelType)));
  }

  /** The type with its bound parameters replaced; free ones stay, or become dyn. */
  apply(type: CelType, free: 'keep' | 'dyn'): CelType {
    switch (type.kind) {
      case 'param': {
        const bound = this.bound.get(type.name);
        if (bound) return this.apply(bound, free);
        return free === 'dyn' ? DYN : type;
      }
      case 'list':
        return listOf(this.apply(type.element, free));
      case 'map':
        return mapOf(this.apply(type.key, free), this.apply(type.value, free));
      case 'optional':
        return optionalOf(this.apply(type.of, free));
      case 'type':
        return type.of === undefined ? type : typeOf(this.apply(type.of, free));
      default:
        return type;
    }
  }

  private attempt(run: () => boolean): boolean {
    const mark = this.undo.length;
    if (run()) return true;
    while (this.undo.length > mark) {
      const [name, before] = this.undo.pop() as readonly [string, CelType | undefined];
      if (before === undefined) this.bound.delete(name);
      else this.bound.set(name, before);
    }
    return false;
  }

  private bind(name: string, type: CelType): void {
    this.undo.push([name, this.bound.get(name)]);
    this.bound.set(name, type);
  }

  private fits(a: CelType, b: CelType): boolean {
    if (b.kind === 'param') {
      const { valid, known } = this.substitutes(a, b);
      if (valid) return true;
      if (known) return false;
    }
    if (a.kind === 'param') return this.substitutes(b, a).valid;
    if (isAny(a) || isAny(b)) return true;
    if (a.kind === 'null') return isNullable(b);
    if (b.kind === 'null') return isNullable(a);
    if (a.kind === 'list') return b.kind === 'list' && this.fits(a.element, b.element);
    if (a.kind === 'map') return b.kind === 'map' && this.fits(a.key, b.key) && this.fits(a.value, b.value);
    if (a.kind === 'optional') return b.kind === 'optional' && this.fits(a.of, b.of);
    if (a.kind === 'type') return b.kind === 'type';
    return sameType(a, b);
  }

  /** Whether `type` can be what the parameter stands for, and whether that was known already. */
  private substitutes(type: CelType, parameter: CelType & { kind: 'param' }): { valid: boolean; known: boolean } {
    if (sameType(type, parameter)) return { valid: true, known: true };
    const bound = this.bound.get(parameter.name);
    if (bound !== undefined) {
      if (sameType(type, bound)) return { valid: true, known: true };
      if (!this.fits(type, bound)) return { valid: false, known: true };
      const general = mostGeneral(type, bound);
      if (!this.occurs(parameter, general)) this.bind(parameter.name, general);
      return { valid: true, known: true };
    }
    if (this.occurs(parameter, type)) return { valid: false, known: false };
    this.bind(parameter.name, type);
    return { valid: true, known: false };
  }

  private occurs(parameter: CelType & { kind: 'param' }, type: CelType): boolean {
    if (sameType(parameter, type)) return true;
    switch (type.kind) {
      case 'param': {
        const bound = this.bound.get(type.name);
        return bound !== undefined && this.occurs(parameter, bound);
      }
      case 'list':
        return this.occurs(parameter, type.element);
      case 'map':
        return this.occurs(parameter, type.key) || this.occurs(parameter, type.value);
      case 'optional':
        return this.occurs(parameter, type.of);
      case 'type':
        return type.of !== undefined && this.occurs(parameter, type.of);
      default:
        return false;
    }
  }
}

export function isAny(type: CelType): boolean {
  return type.kind === 'dyn' || type.kind === 'error';
}

function isNullable(type: CelType): boolean {
  return ['null', 'opaque', 'object', 'optional', 'duration', 'timestamp'].includes(type.kind);
}

/** Of two types that agree, the one that says less. */
export function mostGeneral(a: CelType, b: CelType): CelType {
  return isLessSpecific(a, b) ? a : b;
}

function isLessSpecific(a: CelType, b: CelType): boolean {
  if (isAny(a) || a.kind === 'param') return true;
  if (isAny(b) || b.kind === 'param') return false;
  if (a.kind !== b.kind) return b.kind === 'null';
  if (a.kind === 'list' && b.kind === 'list') return isLessSpecific(a.element, b.element);
  if (a.kind === 'map' && b.kind === 'map') return isLessSpecific(a.key, b.key) && isLessSpecific(a.value, b.value);
  if (a.kind === 'optional' && b.kind === 'optional') return isLessSpecific(a.of, b.of);
  if (a.kind === 'type' && b.kind === 'type') return true;
  return sameType(a, b);
}
