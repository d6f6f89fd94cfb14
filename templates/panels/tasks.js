/* panel
section = "entries"
order = 30
title.en = "Long tasks"
title.zh = "长任务"

[facts.tasks]
query = "tasks"
dimensions = ["lasted_from"]
*/
const SAYS = {
  tasks: { en: "{tasks}, each counted once: {failed} failed, {lost} lost, {answered} answered.", zh: "共 {tasks}，每个只计一次：{failed} 个失败，{lost} 个失联，{answered} 个有回应。" },
  reports: { en: "{lines} tell of the failures.", zh: "报告这些失败的日志共 {lines}。" },
  polls: { en: "A task was asked about {n} times on average.", zh: "平均每个任务被查询 {n} 次。" },
  state: {
    en: "Lost: the last request about it failed. Answered: it is done or still runs; no other state is kept of a log.",
    zh: "失联指最后一次查询失败；有回应指已完成或仍在运行，其他状态没有留存。",
  },
  start: { en: "Of {share} the log does not tell the submission: their time runs from the first poll.", zh: "{share}的任务在日志中没有提交记录，时长从首次查询算起。" },
};
const OUTCOMES = {
  failed: { name: { en: "Failed", zh: "失败" }, colour: "var(--category-server-error)" },
  lost: { name: { en: "Lost", zh: "失联" }, colour: "var(--category-rate-limit)" },
  answered: { name: { en: "Answered", zh: "有回应" }, colour: "var(--accent)" },
};

panel({
  columns: [
    { id: "outcome", title: { en: "Outcome", zh: "结局" }, type: "text" },
    { id: "code", title: { en: "Reason", zh: "原因" }, type: "code" },
    { id: "message", title: "table.message", type: "text" },
    { id: "tasks", title: { en: "Tasks", zh: "任务数" }, type: "number", bar: true, compare: true },
    { id: "share", title: "table.share", type: "percent" },
    { id: "polls", title: { en: "Polls of each", zh: "每个的查询次数" }, type: "number" },
    { id: "reports", title: { en: "Failed lines", zh: "失败的日志行" }, type: "number" },
    { id: "mean", title: { en: "Lasted on average", zh: "平均时长" }, type: "duration" },
  ],
  empty: { en: "No log of this selection tells of a task, by a field or in a path.", zh: "所选范围的日志里没有任务：字段和路径中都没有任务标识。" },

  compute(view) {
    const errors = view.payload.errors.values, fact = view.fact("tasks"), all = fact.total(), spans = new Map(), steps = new Map();
    for (const row of fact.group("outcome", "error", "lasted_from")) {
      const [outcome, error, from] = row.keys, key = `${outcome} ${error}`;
      if (from === "(none)") continue;
      spans.set(key, (spans.get(key) ?? 0) + row.tasks);
      const step = steps.get(Number(from)) ?? {};
      step[outcome] = (step[outcome] ?? 0) + row.tasks;
      steps.set(Number(from), step);
    }
    const rows = fact.group("outcome", "error").filter((row) => row.tasks || row.compared?.tasks).map((row) => {
      const [outcome, place] = row.keys, error = errors[Number(place)], timed = spans.get(`${outcome} ${place}`);
      return {
        outcome: told(OUTCOMES[outcome].name), kind: outcome, code: outcome === "answered" ? null : error.code, message: error.message ?? null, tasks: row.tasks,
        share: all.tasks ? row.tasks / all.tasks : null, polls: row.tasks ? Math.round(row.polls / row.tasks * 10) / 10 : null, reports: row.reports,
        mean: timed ? row.seconds / timed * 1000 : null, swatch: OUTCOMES[outcome].colour, compared: row.compared && { tasks: row.compared.tasks },
      };
    });
    return { rows, all, steps };
  },

  say(rows, view, { all }) {
    const of = (kind) => number(rows.reduce((sum, row) => sum + (row.kind === kind ? row.tasks : 0), 0));
    const said = [fill(SAYS.tasks, { tasks: count("tasks", all.tasks), failed: of("failed"), lost: of("lost"), answered: of("answered") })];
    if (all.reports) said.push(fill(SAYS.reports, { lines: count("lines", all.reports) }));
    if (all.tasks) said.push(fill(SAYS.polls, { n: number(Math.round(all.polls / all.tasks * 10) / 10) }));
    if (all.submitted < all.tasks) said.push(fill(SAYS.start, { share: percent(1 - all.submitted / all.tasks) }));
    return [...said, told(SAYS.state)].join(words.language === "zh" ? "" : " ");
  },

  draw(rows, view, { steps }, width) {
    const found = [...steps.keys()].sort((a, b) => a - b), edges = found.length ? doublings(found[0], found.at(-1)) : [];
    const x = edges.map((from) => (from === 0 ? `< ${duration(1000)}` : `≥ ${duration(from * 1000)}`));
    const every = Math.ceil(x.length / (width < 600 ? 4 : 10));
    const data = Object.entries(OUTCOMES).map(([id, { name, colour }]) => ({
      type: "bar", x: x.map((name, at) => at), y: edges.map((from) => steps.get(from)?.[id] ?? 0), name: told(name), marker: { color: colour },
      text: x, textposition: "none", hovertemplate: "%{text}: %{y:,}",
    }));
    const tallest = Math.max(...edges.map((from) => Object.values(steps.get(from) ?? {}).reduce((a, b) => a + b, 0)), 1);
    return {
      data, height: 280,
      layout: {
        barmode: "stack", bargap: 0.06, showlegend: true, legend: { traceorder: "normal" }, hovermode: "closest",
        xaxis: { tickvals: x.map((name, at) => at), ticktext: x.map((name, at) => (at % every ? "" : name)), tickangle: 0, range: [-0.6, Math.max(x.length, 6) - 0.4], title: { text: told({ en: "From the first line to the one that tells the end", zh: "从首行日志到得知结局的一行" }) } },
        yaxis: countAxis(tallest, { title: { text: told({ en: "Tasks", zh: "任务数" }) } }),
      },
    };
  },
});

function doublings(from, to) {
  const steps = [];
  for (let step = from; step <= to; step = step ? step * 2 : 1) steps.push(step);
  return steps;
}
