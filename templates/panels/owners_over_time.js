/* panel
section = "fault"
order = 10
title.en = "Error rate over time by who has to act"
title.zh = "错误率随时间的变化（按负责方）"
*/
const ORDER = ["provider", "account_admin", "caller", "several", "unknown"];
const SENTENCE = { en: "The provider’s worst moment began on {moment}: {failures}.", zh: "服务提供方最严重的时段始于 {moment}：{failures}。" };
const NONE = { en: "No failure is the provider’s to mend.", zh: "没有应由服务提供方处理的失败。" };

panel({
  columns: (view) => [
    { id: "start", title: "table.bucket", type: "moment" },
    { id: "requests", title: "table.requests", type: "number" },
    ...owners(view).map((group) => ({ id: group.key, title: `owner.${group.key}`, type: "number" })),
  ],

  compute(view) {
    const series = view.over("owner");
    if (!series.groups.length) return [];
    return series.starts.slice(0, view.to - view.from).map((start, slot) => ({
      start, slot: view.from + slot, requests: series.requests[slot], ...Object.fromEntries(owners(view).map((group) => [group.key, group.failures[slot]])),
    }));
  },

  say(rows) {
    const worst = rows.reduce((a, b) => ((b.provider ?? 0) > (a.provider ?? 0) ? b : a));
    return worst.provider ? fill(SENTENCE, { moment: moment(worst.start), failures: count("failures", worst.provider) }) : told(NONE);
  },

  draw(rows, view) {
    const x = rows.map((row) => wallClock(row.start)), hasRate = view.totals.requests > 0;
    const share = (row, value) => (hasRate ? (row.requests ? value / row.requests : null) : value);
    return {
      data: owners(view).map((group) => ({
        type: "bar", x, y: rows.map((row) => share(row, row[group.key])), name: group.label, marker: { color: ownerColour(group.key), line: { width: 0 } },
        hovertemplate: hasRate ? "%{y:.2%}" : "%{y:,}",
      })),
      height: 260,
      layout: {
        barmode: "stack", showlegend: true, hovermode: "x unified", dragmode: "select", selectdirection: "h",
        xaxis: timeAxis(), yaxis: { rangemode: "tozero", tickformat: hasRate ? ".1~%" : ",d", nticks: 5 }, legend: { traceorder: "normal" },
      },
    };
  },

  click: (point, rows) => selectTime(rows[point.pointNumber].slot, rows[point.pointNumber].slot + 1),
  select: selectRange,
});

function owners(view) {
  const groups = view.over("owner").groups;
  return [...groups].sort((a, b) => ORDER.indexOf(a.key) - ORDER.indexOf(b.key));
}
