// What the formulas of a page are computed with: doubles, and how they are printed.

// A sum. What rounding leaves of terms that cancel becomes 0, so that a 0 is one, and a kink at 0 is seen.
const add = (...terms) => {
  let sum = 0, size = 0;
  for (const term of terms) { sum += term; size += Math.abs(term); }
  return Math.abs(sum) <= size * 4e-16 * terms.length ? 0 : sum;
};
// Whether one number is above another. Where doubles cannot tell, they are taken as equal.
const above = (left, right) => left - right > 1e-14 * Math.max(Math.abs(left), Math.abs(right));
const power = (base, exponent) => exponent === 2 ? base * base : Math.pow(base, exponent);

// erf by its series near 0, by a continued fraction of 1 - erf further out.
const erf = x => {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size < 2.5) {
    let term = x, sum = x;
    for (let n = 1; n < 120 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= -x * x / n;
      sum += term / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
  let below = size;
  for (let n = 80; n > 0; n--) below = size + n / 2 / below;
  return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / below);
};

// A number with so many decimals, ties away from 0, as by hand. Doubles lie a little beside a tie.
const fixed = (value, decimals) => {
  const size = Math.abs(value) * (Math.abs(value) < 1e9 ? 1 + 4e-15 : 1);
  const text = size >= 1e21 ? BigInt(Math.round(size)) + "." + "0".repeat(decimals) : size.toFixed(decimals);
  return value < 0 && /[1-9]/.test(text) ? "-" + text : text;
};
// As documents print it: where fewer than six significant digits would show, the decimals that six need.
const printed = (value, decimals, isCarried) => {
  const text = fixed(value, decimals);
  if (isCarried || value === 0 || Math.abs(Number(text)) * 10 ** decimals >= 99999.5) return text;
  const exponent = Number((Math.abs(value) * (1 + 4e-15)).toExponential(5).split("e")[1]);
  return fixed(value, Math.min(100, Math.max(decimals, 5 - exponent)));
};

// A decimal or a fraction that somebody typed: [number, text], or null.
const read = typed => {
  const text = typed.trim().replace(/^[−–]/, "-").replace(/^\+/, "");
  const whole = /^(-?)(\d+(?:[.,]\d*)?|[.,]\d+)$/.exec(text);
  if (whole) {
    let digits = whole[2].replace(",", ".");
    if (digits.startsWith(".")) digits = "0" + digits;
    if (digits.endsWith(".")) digits = digits.slice(0, -1);
    digits = digits.replace(/^0+(?=\d)/, "");
    const found = whole[1] + digits;
    return digits.length <= 40 ? [Number(found), found] : null;
  }
  const parts = /^(-?\d{1,15}(?:\.\d{1,15})?)\s*\/\s*(\d{1,15}(?:\.\d{1,15})?)$/.exec(text);
  if (parts && Number(parts[2]) !== 0) return [Number(parts[1]) / Number(parts[2]), ""];
  const scientific = /^-?\d+(?:\.\d+)?[eE][-+]?\d{1,3}$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(scientific) ? [scientific, ""] : null;
};

// The quantities of a page. `values` has the number of each at its place; given ones come first.
const makeProgram = (data, shapes) => {
  const count = data.given.length;
  const steps = data.steps;
  const stepAt = new Map(steps.map(step => [step[0], step]));
  const rounded = value => data.carry === null ? value : Number(fixed(value, data.carry));
  const compute = (step, values) => rounded(shapes[step[1]](step.slice(2).map(place => values[place])));

  // All numbers for these given ones.
  const all = given => {
    const values = given.slice();
    for (const step of steps) values[step[0]] = compute(step, values);
    return values;
  };
  // Numbers after some given ones have changed, in place: only what depends on them is computed again.
  const follow = (values, changes) => {
    const changed = new Set();
    for (const [place, value] of changes) {
      if (values[place] !== value) { values[place] = value; changed.add(place); }
    }
    for (const step of steps) {
      let isAffected = false;
      for (let i = 2; i < step.length && !isAffected; i++) isAffected = changed.has(step[i]);
      if (!isAffected) continue;
      const value = compute(step, values);
      if (!Object.is(values[step[0]], value)) { values[step[0]] = value; changed.add(step[0]); }
    }
    return changed;
  };
  const needed = wanted => {
    const found = new Set(wanted);
    for (let i = steps.length - 1; i >= 0; i--) {
      if (found.has(steps[i][0])) for (const place of steps[i].slice(2)) found.add(place);
    }
    return steps.filter(step => found.has(step[0]));
  };
  const updates = [needed(data.fed.map(pair => pair[1])), ...data.turns];

  // The same numbers where another batch has its turn.
  const inTurn = (values, rounds) => {
    const turn = rounds % updates.length;
    if (turn) for (const step of updates[turn]) values[step[0]] = compute(step, values);
    return values;
  };

  // What is fed back, before the first update, after it, and so on: `at(n)` gives the numbers after n of them.
  const train = given => {
    const rows = [data.fed.map(([place]) => given[place])];
    const values = given.slice();
    const made = new Map();
    const at = wanted => {
      while (rows.length <= wanted) {
        const row = rows[rows.length - 1];
        data.fed.forEach(([place], i) => { values[place] = row[i]; });
        for (const step of updates[(rows.length - 1) % updates.length]) values[step[0]] = compute(step, values);
        rows.push(data.fed.map(([, after]) => values[after]));
        for (const [place, rounds, isMade] of data.later) {
          if (isMade && rounds === rows.length - 1) made.set(place + "@" + rounds, values[place]);
        }
      }
      const found = given.slice();
      data.fed.forEach(([place], i) => { found[place] = rows[wanted][i]; });
      return found;
    };
    return { at, made };
  };
  // Numbers after more updates that the page shows beside the others.
  const laterOf = given => {
    if (!data.later.length) return [];
    const training = train(given);
    const known = new Map();
    return data.later.map(([place, rounds, isMade]) => {
      if (!known.has(rounds)) known.set(rounds, inTurn(all(training.at(rounds)), rounds));
      return isMade ? training.made.get(place + "@" + rounds) : known.get(rounds)[place];
    });
  };
  return { count, steps, stepAt, all, follow, train, laterOf, compute, needed, rounded };
};
