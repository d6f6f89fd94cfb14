/* panel
section = "what"
order = 20
wide = false
title.en = "Categories"
title.zh = "错误类别"
*/
panel(rankedPanel("category", {
  type: "word",
  colour: categoryColour,
  most: { en: "“{first}” is the largest kind of failure ({share}).", zh: "“{first}”是最大的一类失败（{share}）。" },
}));
