/* panel
section = "who"
order = 40
wide = false
title.en = "By key"
title.zh = "按密钥"
*/
panel(rankedPanel("api_key", {
  withRequests: true,
  most: { en: "{first} sees the most failures ({share}).", zh: "遇到失败最多的密钥是 {first}（{share}）。" },
  worst: { en: "Highest error rate: {name}, {rate}.", zh: "错误率最高的是 {name}：{rate}。" },
}));
