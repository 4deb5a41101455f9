// The page: what a reader changes, and every number that follows. Words stand in the page, none here.

const startPage = () => {
  const data = JSON.parse(document.getElementById("live-data").textContent);
  const program = makeProgram(data, shapes);
  const root = document.documentElement;
  const panel = document.getElementById("live");
  const MATHML = "http://www.w3.org/1998/Math/MathML";
  const laterPlace = data.names.length + data.wrong;

  const say = (key, facts = {}) =>
    panel.querySelector(`template[data-phrase="${key}"]`).content.textContent.trim()
      .replace(/\{(\w+)\}/g, (whole, name) => name in facts ? facts[name] : whole);

  // --- numbers on the page ---------------------------------------------------------------------------
  const hooks = [];
  for (const element of document.querySelectorAll("[data-q],[data-g]")) {
    const isGrouped = element.hasAttribute("data-g");
    const place = Number(element.getAttribute(isGrouped ? "data-g" : "data-q"));
    const isMoving = element.closest("[data-moving]") !== null;
    hooks.push({ element, place, isGrouped, isMoving, nodes: [...element.childNodes], text: null });
  }
  const math = (name, text, attributes = {}) => {
    const element = document.createElementNS(MATHML, name);
    element.textContent = text;
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  };
  const write = (hook, text) => {
    if (hook.text === text) return;
    hook.text = text;
    if (text === null) { hook.element.replaceChildren(...hook.nodes); return; }
    const isNegative = text.startsWith("-");
    const digits = isNegative ? text.slice(1) : text;
    if (hook.element.namespaceURI !== MATHML) {
      // In a drawing there is little room.
      const isDrawn = hook.element instanceof SVGElement && digits.length > 7 && Number.isFinite(Number(digits));
      const short = isDrawn ? fixed(Number(digits), 3) : digits;
      hook.element.textContent = (isNegative ? "−" : "") + short;
      return;
    }
    const nodes = [math(/^[\d.]+$/.test(digits) ? "mn" : "mtext", digits)];
    if (isNegative) nodes.unshift(math("mo", "−", { form: "prefix" }));
    if (isNegative && hook.isGrouped) {
      nodes.unshift(math("mo", "(", { stretchy: "false" }));
      nodes.push(math("mo", ")", { stretchy: "false" }));
    }
    hook.element.replaceChildren(...nodes);
  };

  const fields = [...panel.querySelectorAll("input[data-place]")];
  const firstTexts = new Map(fields.map(field => [Number(field.dataset.place), field.value]));

  // --- what there is now -----------------------------------------------------------------------------
  const original = data.given.slice();
  const isCount = new Set(data.counts);
  const isFed = new Set(data.fed.map(pair => pair[0]));
  let start = original.slice();
  const typed = new Map();
  let round = 0;
  let training = null;
  let values = program.all(original);
  let moving = values;
  let later = [];
  const isFollowed = data.turns.length === 0;

  const isChanged = () => typed.size > 0 || round > 0;
  const numberOf = (place, from) => {
    if (place >= laterPlace) return later[place - laterPlace];
    return from[place];
  };
  const textOf = (place, from, isAtStart) => {
    const value = numberOf(place, from);
    if (value === undefined || Number.isNaN(value)) return say("none");
    if (!Number.isFinite(value)) return value < 0 ? "-∞" : "∞";
    if (isCount.has(place)) return String(value);
    if (place < program.count && (isAtStart || !isFed.has(place))) {
      const text = typed.has(place) ? typed.get(place) : firstTexts.get(place);
      if (text) return text;
    }
    return printed(value, data.digits, data.carry !== null && place >= program.count);
  };

  const refresh = () => {
    training = training || program.train(start);
    const now = round ? training.at(round) : start;
    moving = program.all(now);
    values = isFollowed || !round ? moving : program.all(start);
    later = program.laterOf(isFollowed ? now : start);
    const isProven = !isChanged();
    for (const hook of hooks) {
      const isAtStart = !round || !(hook.isMoving || isFollowed);
      const from = hook.isMoving ? moving : values;
      const isGivenAsTyped = hook.place < program.count && !typed.has(hook.place)
        && (isAtStart || !isFed.has(hook.place));
      write(hook, isProven || isGivenAsTyped ? null : textOf(hook.place, from, isAtStart));
    }
    root.classList.toggle("doubles", !isProven);
    const isBroken = !isProven && values.some(value => !Number.isFinite(value));
    const key = isProven ? "proven" : isBroken ? "broken" : round ? "trained" : "doubles";
    notice(say(key, { round: round.toLocaleString("en") }), !isProven);
    announce(key);
    for (const listener of listeners) listener();
  };
  const listeners = [];

  // What is heard when the numbers become others: not at every one of them.
  const heard = document.getElementById("live-heard");
  let lastKey = "proven";
  const announce = key => {
    if (key === lastKey) return;
    lastKey = key;
    heard.textContent = say(key, { round: round.toLocaleString("en") });
  };
  const noticeBar = document.getElementById("live-notice");
  const noticeText = document.getElementById("live-says");
  const notice = (text, isShown) => {
    if (noticeText.textContent !== text && (isShown || !noticeBar.hidden)) noticeText.textContent = text;
    noticeBar.hidden = !isShown;
  };

  // --- changing a number -----------------------------------------------------------------------------
  const edit = field => {
    const place = Number(field.dataset.place);
    const isFirst = field.value.trim() === firstTexts.get(place);
    const found = isFirst ? [original[place], ""] : read(field.value);
    const message = document.getElementById("live-problem");
    field.setAttribute("aria-invalid", String(found === null));
    if (found === null) {
      message.textContent = say("unreadable", { text: field.value.trim().slice(0, 40), name: data.names[place] });
      return;
    }
    message.textContent = "";
    if (isFirst) typed.delete(place); else typed.set(place, found[1] || printed(found[0], data.digits, false));
    start[place] = found[0];
    training = null;
    refresh();
  };
  for (const field of fields) {
    field.addEventListener("input", () => edit(field));
    field.addEventListener("keydown", event => {
      if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
      const found = read(field.value);
      if (found === null) return;
      event.preventDefault();
      const decimals = (found[1].split(".")[1] || "").length;
      const next = found[0] + (event.key === "ArrowUp" ? 1 : -1) * 10 ** -decimals;
      field.value = fixed(next, decimals);
      edit(field);
    });
  }
  const reset = () => {
    start = original.slice();
    typed.clear();
    round = 0;
    training = null;
    for (const field of fields) {
      field.value = firstTexts.get(Number(field.dataset.place));
      field.setAttribute("aria-invalid", "false");
    }
    document.getElementById("live-problem").textContent = "";
    refresh();
  };
  document.getElementById("live-reset").addEventListener("click", () => {
    reset();
    (body.hidden ? toggle : fields[0]).focus();
  });

  // --- training --------------------------------------------------------------------------------------
  const slider = document.getElementById("live-round");
  if (slider) {
    const play = document.getElementById("live-play");
    const most = document.getElementById("live-most");
    const curve = document.getElementById("live-curve");
    const errorPlace = Number(curve.dataset.place);
    let timer = 0;
    let drawnFor = null, heightOf = null;
    let errors = [];
    const toRound = wanted => {
      round = Math.max(0, Math.min(Number(slider.max), wanted));
      refresh();
    };
    const stop = () => {
      clearInterval(timer);
      timer = 0;
      play.textContent = say("play");
      play.setAttribute("aria-pressed", "false");
    };
    const draw = () => {
      const wanted = Number(slider.max);
      if (drawnFor !== training || errors.length !== wanted + 1) {
        drawnFor = training;
        const steps = program.needed([errorPlace]);
        errors = [];
        for (let n = 0; n <= wanted; n++) {
          const now = training.at(n);
          for (const step of steps) now[step[0]] = program.compute(step, now);
          errors.push(now[errorPlace]);
        }
        const finite = errors.filter(Number.isFinite);
        const high = Math.max(...finite, 0), low = Math.min(...finite, 0);
        heightOf = error => 104 - (high > low ? (error - low) / (high - low) : 0) * 92;
        const every = Math.max(1, Math.floor(errors.length / 400));
        const points = errors.flatMap((error, n) =>
          Number.isFinite(error) && (n % every === 0 || n === wanted) ? [`${(44 + n / wanted * 246).toFixed(1)},${heightOf(error).toFixed(1)}`] : []);
        curve.querySelector("polyline").setAttribute("points", points.join(" "));
        const [top, bottom, last] = curve.querySelectorAll("text");
        top.textContent = Number(high.toPrecision(3));
        bottom.textContent = Number(low.toPrecision(3));
        last.textContent = wanted.toLocaleString("en");
      }
      const mark = curve.querySelector("circle");
      const error = errors[round];
      mark.setAttribute("cx", (44 + round / wanted * 246).toFixed(1));
      mark.setAttribute("cy", (Number.isFinite(error) ? heightOf(error) : 12).toFixed(1));
      document.getElementById("live-count").textContent = round.toLocaleString("en");
      slider.value = String(round);
      slider.setAttribute("aria-valuetext", say("at_round", {
        round: round.toLocaleString("en"), error: Number.isFinite(error) ? printed(error, data.digits, data.carry !== null) : say("none"),
      }));
    };
    listeners.push(draw);
    slider.addEventListener("input", () => { stop(); toRound(Number(slider.value)); });
    play.addEventListener("click", () => {
      if (timer) { stop(); return; }
      if (round >= Number(slider.max)) toRound(0);
      play.textContent = say("pause");
      play.setAttribute("aria-pressed", "true");
      const step = Math.max(1, Math.round(Number(slider.max) / 100));
      timer = setInterval(() => {
        toRound(round + step);
        if (round >= Number(slider.max)) stop();
      }, 100);
    });
    most.addEventListener("change", () => {
      stop();
      slider.max = most.value;
      toRound(Math.min(round, Number(most.value)));
    });
    document.getElementById("live-reset").addEventListener("click", stop);
  }

  // --- checking a number ------------------------------------------------------------------------------
  const checker = makeChecker(program, data, data.check, shapes);
  const nameField = document.getElementById("live-name");
  const numberField = document.getElementById("live-number");
  const verdict = document.getElementById("live-verdict");
  document.getElementById("live-names").append(...[...checker.places.keys()].map(name => {
    const option = document.createElement("option");
    option.value = name;
    return option;
  }));
  const tell = (...texts) => verdict.replaceChildren(...texts.filter(Boolean).map(text => {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    return paragraph;
  }));
  const shownAs = value => Number.isFinite(value) ? printed(value, data.digits, data.carry !== null) : say("none");
  const judge = () => {
    const name = nameField.value.trim(), text = numberField.value.trim();
    if (!name || !text) { tell(say("check_both")); return; }
    const found = checker.find(name);
    if (found.place === undefined) {
      tell(say("check_unknown", { name: name.slice(0, 60) }), found.nearest && say("check_nearest", { name: found.nearest }));
      return;
    }
    const answer = answerOf(text);
    if (answer === null) { tell(say("unreadable", { name, text: text.slice(0, 40) })); return; }
    let from = values;
    if (found.rounds) from = program.all(program.train(start).at(found.rounds));
    const { place } = found;
    const right = from[place];
    const facts = { name, number: text, right: shownAs(right), command: `symback diagnose ${data.network} "${name} = ${text}"` };
    if (!Number.isFinite(right)) { tell(say("check_no_value", facts)); return; }
    const { verdict: kind, decimals, found: explained } = found.rounds
      ? { verdict: isRounding(answer, right) ? "right" : fits(answer, right) ? "cut" : "wrong", found: [] }
      : checker.judge(place, answer, from, one => typed.has(one));
    if (kind === "right") {
      const isShort = answer.decimals !== null && !isRounding({ ...answer, unit: 10 ** -data.digits }, right);
      tell(say(isShort ? "check_rounded" : "check_right", facts));
      return;
    }
    if (kind !== "wrong") { tell(say(`check_${kind}`, { ...facts, decimals })); return; }
    if (!explained.length) {
      tell(say("check_wrong", facts), !found.rounds && say("check_none"), say("check_more", facts));
      return;
    }
    const show = (one, value) => value === null ? textOf(one, from, !round) : shownAs(value);
    const sentences = [...new Set(explained.map(one => checker.sentence(one, from, show)))];
    const best = explained[0];
    const others = sentences.slice(1, 4);
    const isName = checker.places.has(sentences[0].split(/[ ,:]/)[0]);
    const capital = isName ? sentences[0] : sentences[0].charAt(0).toUpperCase() + sentences[0].slice(1);
    tell(
      say("check_wrong", facts),
      best.isSure ? say("check_mistake", { sentence: capital }) : say("check_maybe", { sentence: sentences[0] }),
      say("check_gives", { ...facts, predicted: shownAs(best.value) }),
      others.length && say("check_also", { sentences: others.join("; ") }),
      !best.isSure && say("check_more", facts),
    );
  };
  document.getElementById("live-check").addEventListener("click", judge);
  for (const field of [nameField, numberField]) {
    field.addEventListener("keydown", event => { if (event.key === "Enter") judge(); });
  }

  // --- the panel on narrow screens -------------------------------------------------------------------
  const toggle = document.getElementById("live-toggle");
  const body = document.getElementById("live-body");
  const isWide = matchMedia("(min-width: 80rem)");
  const show = isShown => {
    body.hidden = !isShown;
    toggle.setAttribute("aria-expanded", String(isShown));
  };
  toggle.addEventListener("click", () => show(body.hidden));
  isWide.addEventListener("change", () => show(isWide.matches));

  // --- the derivation of a parameter ------------------------------------------------------------------
  const drawing = document.querySelector(".symback-network");
  const derivations = new Map(
    [...document.querySelectorAll("details[data-parameter]")].map(one => [one.dataset.parameter, one]));
  const slot = document.createElement("div");
  slot.className = "live-slot";
  if (drawing) drawing.closest("figure").after(slot);
  let home = null;  // where the derivation that stands in the slot came from
  const lit = [];
  const unlight = () => { for (const [element, names] of lit.splice(0)) element.classList.remove(...names); };
  const light = details => {
    unlight();
    if (!drawing) return;
    for (const factor of details.dataset.lit.split(";")) {
      const [letter, elements] = factor.split(":");
      for (const number of (elements || "").split(" ").filter(Boolean)) {
        const element = drawing.querySelector(`[data-element="${CSS.escape(number)}"]`);
        if (!element || element.classList.contains("lit")) continue;
        element.classList.add("lit", letter);
        lit.push([element, ["lit", letter]]);
      }
    }
  };
  const putBack = () => {
    if (!home) return;
    const { details, before } = home;
    home = null;
    before.replaceWith(details);
    details.open = false;
  };
  const openDerivation = name => {
    const details = derivations.get(name);
    if (!details) return;
    if (drawing && !(home && home.details === details)) {
      putBack();
      const before = document.createComment("derivation");
      details.before(before);
      slot.append(details);
      home = { details, before };
    }
    details.open = true;
    light(details);
    details.querySelector("summary").focus({ preventScroll: true });
    (drawing ? drawing.closest("figure") : details).scrollIntoView({ block: "start" });
    reachable();
  };
  for (const button of panel.querySelectorAll("[data-open]")) {
    button.hidden = !derivations.has(button.dataset.open);
    button.addEventListener("click", () => {
      if (!isWide.matches) show(false);
      openDerivation(button.dataset.open);
    });
  }
  for (const details of derivations.values()) {
    details.addEventListener("toggle", () => {
      if (details.open) { light(details); reachable(); return; }
      if (home && home.details === details) putBack();
      unlight();
    });
  }
  if (drawing) {
    const parameters = new Map();
    for (const element of drawing.querySelectorAll(".edge[data-name],[data-label]")) {
      const names = (element.dataset.name || element.dataset.label).split(" ");
      const name = names.find(one => derivations.has(one));
      if (!name) continue;
      element.classList.add("live-edge");
      element.addEventListener("click", () => openDerivation(name));
      if (!element.dataset.name) continue;
      const line = element.querySelector(".line");
      if (line) {
        const wide = line.cloneNode();
        wide.setAttribute("class", "live-hit");
        element.prepend(wide);
      }
      if (parameters.has(name)) continue;
      parameters.set(name, element);
      element.setAttribute("role", "button");
      element.setAttribute("tabindex", "0");
      element.setAttribute("aria-label", say("derivation", { name }));
      element.addEventListener("keydown", event => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        openDerivation(name);
      });
    }
    if (parameters.size) drawing.setAttribute("role", "group");
  }

  // --- what is wider than the page scrolls, by the keyboard as well ----------------------------------
  function reachable() {
    for (const element of document.querySelectorAll(".equation > div, figure.table, figure.network, figure.plot")) {
      if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  }
  addEventListener("resize", reachable);
  listeners.push(reachable);

  panel.hidden = false;
  show(isWide.matches);
  root.classList.add("alive");
  refresh();
};
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", startPage);
else startPage();
