"""What people, schools and things of the demonstration county are called."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES = tuple(
    "王李张刘陈杨黄赵周吴徐孙朱马胡郭何林高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖"
    "范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万覃武钱严赖莫孔向汤"
) + ("欧阳", "司马", "上官", "诸葛")

ELDER_MEN = _words(
    "国富 德明 文才 家旺 世荣 永福 大有 正清 开云 朝贵 兴发 长生 光华 启祥 天佑 万山 学礼 全忠 连科 登高"
)
ELDER_WOMEN = _words(
    "桂英 秀珍 玉兰 翠花 凤仙 素芬 淑贞 兰英 菊香 金莲 春秀 明珍 正芬 惠芝 顺英 月娥 荷花 美珍 彩云 银秀"
)
GROWN_MEN = _words(
    "建国 志强 勇 伟 军 海涛 永刚 兴华 俊杰 立新 红兵 小龙 国庆 平 斌 江 洪波 家豪 明亮 春生 文武 守义 云飞"
)
GROWN_WOMEN = _words(
    "丽 芳 艳 晓燕 红梅 秀芳 春梅 海霞 小琴 玉梅 琼 敏 静 雪梅 丽娟 莉 婷 冬梅 永芳 彩霞 文秀 晓丽 蓉 倩"
)
YOUNG_MEN = _words(
    "浩宇 子轩 宇航 梓豪 俊熙 一鸣 天翊 博文 嘉懿 昊然 明哲 思远 铭泽 睿 子墨 晨曦 煜城 志远 景行 乐"
)
YOUNG_WOMEN = _words(
    "一诺 梓涵 欣怡 雨桐 诗涵 佳怡 可馨 思琪 语嫣 若曦 子萱 梦瑶 艺涵 心悦 紫涵 静怡 安然 婉清 念 乐瑶"
)

MINORITY = (
    # name of a man, name of a woman, nation by GB/T 3304
    ("阿木·尔古", "阿依·尔古", "07"),
    ("扎西·多吉", "卓玛·拉姆", "04"),
    ("岩温·罕", "玉香·罕", "18"),
    ("买买提·艾力", "古丽·阿依木", "05"),
)

SURNAMES_OF_NATION = {"06": "熊杨王陶马", "03": "马穆撒纳沙", "08": "韦覃莫蒙"}
"""Surnames usual with 苗, 回 and 壮 of the county."""

SCHOOLS = {
    "1": "{town}中心幼儿园",
    "2": "{town}{village}小学",
    "3": "{town}初级中学",
    "4": "云岭县第一中学",
    "5": "云岭县职业高级中学",
    "7": "云岭学院",
}
"""Schools by stage of schooling (code list C20)."""

NUMERALS = "零一二三四五六七八九十"
