// A number that a reader got: right, rounded on the way, or given by one mistake of the catalogue?

// A number as typed: how many decimals and digits it has, and what one in its last digit is worth.
const answerOf = typed => {
  const found = read(typed);
  if (found === null) return null;
  const [value, text] = found;
  if (!text) return { value, unit: 0, decimals: null, significant: 12 };
  const decimals = (text.split(".")[1] || "").length;
  const significant = text.replace(/[-.]/g, "").replace(/^0+/, "").length;
  return { value, unit: 10 ** -decimals, decimals, significant };
};
const slackOf = (answer, value) => answer.unit * 1e-9 + Math.abs(value) * 1e-13;
const isRounding = (answer, value) => Math.abs(value - answer.value) <= answer.unit / 2 + slackOf(answer, value);
// The rounding, or the digits cut off.
const fits = (answer, value) => {
  if (answer.value === 0 && answer.unit >= 1) return value === 0;
  if (isRounding(answer, value)) return true;
  const away = Math.abs(value) - Math.abs(answer.value), slack = slackOf(answer, value);
  return (answer.value === 0 || value < 0 === answer.value < 0) && away >= -slack && away < answer.unit + slack;
};
// A few units of the last digit, which rounding on the way may make.
const isNear = (answer, value) => {
  const away = Math.abs(value - answer.value);
  return away <= 2.5 * answer.unit && away <= Math.abs(value) * 1e-3;
};

const makeChecker = (program, data, check, shapes) => {
  const places = new Map([...data.names.map((name, place) => [name, place]), ...Object.entries(check.synonyms)]);
  const mistakes = check.mistakes.map(one => ({
    sentence: one[0],
    isShift: one[1] >= 1000,
    kind: Math.floor(one[1] / 100) % 10,
    rank: Math.floor(one[1] / 10) % 10,
    scope: one[1] % 10,
    about: one.slice(3, 3 + one[2]),
    steps: one.slice(3 + one[2]).map(number => check.steps[number]),
  }));
  const argumentsOf = place => (program.stepAt.get(place) || []).slice(2);

  // All that a quantity depends on, itself included.
  const needs = place => {
    const found = new Set([place]);
    for (const one of found) for (const other of argumentsOf(one)) found.add(other);
    return found;
  };
  // Numbers with some formulas in place of others, computed when they are asked for; null where there is none.
  const under = (steps, values, finish = value => value) => {
    const changes = new Map(steps.map(step => [step[0], step]));
    const known = new Map(), open = new Set();
    const get = place => {
      if (known.has(place)) return known.get(place);
      const step = changes.get(place) || program.stepAt.get(place);
      if (!step) return values[place];
      if (open.has(place)) throw new RangeError("a quantity depends on itself");
      open.add(place);
      const given = step.slice(2).map(get);
      const isSame = !changes.has(place) && step.slice(2).every((other, i) => Object.is(given[i], values[other]));
      const value = isSame && finish === same ? values[place] : finish(program.rounded(shapes[step[1]](given)));
      open.delete(place);
      known.set(place, value);
      return value;
    };
    return place => {
      try { return get(place); } catch (problem) {
        if (problem instanceof RangeError) return NaN;
        throw problem;
      }
    };
  };
  const same = value => value;

  // Decimals to which everything on the way was rounded, if that gives the number; else null.
  const roundedEarly = (place, answer, values) => {
    for (let decimals = Math.min(8, answer.decimals === null ? 8 : answer.decimals); decimals > 0; decimals--) {
      const value = under([], values, one => Number(fixed(one, decimals)))(place);
      if (isRounding(answer, value)) return decimals;
    }
    return null;
  };

  // The single mistakes that give the number, the simplest first.
  const explanations = (place, answer, values, isEdited) => {
    const relevant = needs(place), near = new Set(argumentsOf(place));
    const found = [];
    let tried = 0;
    for (const mistake of mistakes) {
      const changed = mistake.steps.map(step => step[0]);
      if (!changed.some(one => relevant.has(one)) || changed.some(isEdited)) continue;
      if (mistake.isShift && !changed.includes(place)) continue;
      tried++;
      const get = under(mistake.steps, values, same);
      const value = get(place);
      const isTight = fits(answer, value);
      if (!Number.isFinite(value) || !isTight && !isNear(answer, value)) continue;
      const away = changed.includes(place) ? 0 : changed.some(one => near.has(one)) ? 1 : 2;
      const key = [isTight ? 0 : 1, mistake.rank, mistake.kind, away, mistake.scope];
      const made = mistake.steps.filter(step => relevant.has(step[0])).map(step => step.join()).sort().join(";");
      found.push({ mistake, get, value, away, key, made });
    }
    const before = (a, b) => {
      const i = a.findIndex((one, place) => one !== b[place]);
      return i < 0 ? 0 : a[i] - b[i];
    };
    found.sort((a, b) => before(a.key, b.key));
    // Mistakes that do the same to what is asked are one: it has the simplest sentence, and is as likely as the
    // likeliest of them.
    const groups = new Map();
    for (const one of found) {
      const group = groups.get(one.made);
      if (!group) groups.set(one.made, { best: one, isFar: one.key[0], kind: one.mistake.kind });
      else group.kind = Math.min(group.kind, one.mistake.kind);
    }
    const sorted = [...groups.values()].sort((a, b) =>
      before([a.isFar, a.kind, ...a.best.key], [b.isFar, b.kind, ...b.best.key]));
    const distinct = sorted.filter(group => group.isFar === sorted[0].isFar).map(group => ({ ...group.best, kind: group.kind }));
    for (const one of distinct) {
      const off = Math.max(Math.abs(answer.value - one.value), answer.unit / 2 || 1e-12);
      const chance = Math.min(1, 2 * off / (Math.abs(answer.value || answer.unit || 1) * 1.2 * Math.LN10)) * tried;
      one.isSure = answer.significant >= 4 && chance < 0.008 && (one.kind === 1 || one.away < 2);
    }
    return distinct;
  };

  // What is to be said of a number: `right`, `cut` (off, not rounded), `early` (rounded on the way, to how many
  // decimals), or `wrong`, with the mistakes that give it.
  const judge = (place, answer, values, isEdited) => {
    const right = values[place];
    if (isRounding(answer, right)) return { verdict: "right", found: [] };
    if (fits(answer, right)) return { verdict: "cut", found: [] };
    const found = explanations(place, answer, values, isEdited);
    const isClose = Math.abs(answer.value - right) <= Math.abs(right) / 4;
    const decimals = isClose ? roundedEarly(place, answer, values) : null;
    const isEarly = decimals !== null && (decimals > 3 || !found.length || !found[0].isSure);
    return { verdict: isEarly ? "early" : "wrong", decimals, found };
  };

  // A pattern with names, numbers and formulas in its places; `show` prints the number of a place.
  const formulaOf = number => {
    const [text, ...about] = check.formulas[number];
    return check.texts[text].replace(/\{(\d+)\}/g, (_, i) => data.names[about[i]]);
  };
  const sentence = (explanation, values, show) => {
    const { mistake, get } = explanation;
    return check.sentences[mistake.sentence].replace(/\{(\d+)\}/g, (_, i) => {
      const kind = mistake.about[i] % 4, place = Math.floor(mistake.about[i] / 4);
      if (kind === 3) return formulaOf(place);
      if (kind === 0) return data.names[place];
      const value = kind === 2 ? get(place) : null;
      return `${data.names[place]} = ${show(place, value === null || Object.is(value, values[place]) ? null : value)}`;
    });
  };
  // The place of a name; the nearest names for one that is none.
  const find = typed => {
    const name = typed.replace(/\s+/g, "").replace(/@1$/, "+").replace(/@0$/, "");
    if (places.has(name)) return { place: places.get(name), rounds: 0 };
    const later = /^(.+)@([1-9]\d{0,4})$/.exec(name);
    if (later && places.has(later[1])) return { place: places.get(later[1]), rounds: Number(later[2]) };
    const far = [...places.keys()].map(one => [distance(name.toLowerCase(), one.toLowerCase()), one]);
    far.sort((a, b) => a[0] - b[0]);
    return { nearest: far.length && far[0][0] <= Math.max(2, name.length / 3) ? far[0][1] : "" };
  };
  return { places, find, judge, sentence };
};

// How many letters have to be changed to make one word of another.
const distance = (first, second) => {
  let row = [...Array(second.length + 1).keys()];
  for (let i = 1; i <= first.length; i++) {
    const next = [i];
    for (let j = 1; j <= second.length; j++) {
      next.push(Math.min(next[j - 1] + 1, row[j] + 1, row[j - 1] + (first[i - 1] === second[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[second.length];
};
