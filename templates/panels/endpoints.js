/* panel
section = "who"
order = 30
wide = false
title.en = "By endpoint"
title.zh = "按接口"
*/
panel(rankedPanel("endpoint", {
  withRequests: true,
  most: { en: "{first} has the most failures ({share}).", zh: "失败最多的接口是 {first}（{share}）。" },
  worst: { en: "Highest error rate: {name}, {rate}.", zh: "错误率最高的是 {name}：{rate}。" },
}));
