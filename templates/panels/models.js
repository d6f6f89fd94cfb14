/* panel
section = "who"
order = 20
wide = false
title.en = "By model"
title.zh = "按模型"
*/
panel(rankedPanel("model", {
  withRequests: true,
  most: { en: "{first} has the most failures ({share}).", zh: "失败最多的模型是 {first}（{share}）。" },
  worst: { en: "Highest error rate: {name}, {rate}.", zh: "错误率最高的是 {name}：{rate}。" },
}));
