"""The characters of Chinese names: surnames, and what given names are made of."""

from __future__ import annotations

from edge.language.word_set import word_set

# Without those so rare, beside so common a word, that the word is always meant (别, 有, 能, 从, 都, 是, …).
SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅"
    "庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯昝管卢莫经房裘缪干解应宗丁宣"
    "贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬郗班仰秋仲"
    "伊宫宁仇栾暴甘钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰鄂索咸籍赖卓蔺屠蒙池乔阴胥苍双闻莘党翟谭贡劳逄姬申扶"
    "堵冉宰郦雍郤璩桑桂濮牛寿边扈燕冀郏浦尚农温庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡耿满弘匡国文寇禄阙"
    "欧殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚简饶曾毋沙乜养鞠须丰巢关蒯荆红游竺权逯盖益桓公肖岳帅缑亢况郈琴佟佘"
    "商牟佴伯赏墨哈谯笪阳仉督楚闫汝鄢涂钦归岩苟粟覃银邸占冼鹿仝娇翦代鲜迟"
    "谌邝敬揭麦栗綦隋隽付战修原苑楼亓朴尧盘郇俎琚仵帖戢禇褟禤檀闾苌鄞单岑缪覃仇植展母佴"
)
COMPOUND_SURNAMES = tuple(
    word_set(
        "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳",
        "公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 令狐 百里 呼延 东郭 南门 拓跋 西门",
        "贺兰",
    )
)
# Drawn from the persons in the segmenter's dictionary, then sorted by hand: rural and fashionable ones were added,
# those left out that stand in everyday words more often than in names. In one place of a name only: the last two.
GIVEN = frozenset(
    "文明华志德家永建光春玉军民庆英学立云林海忠晓伯元世宝俊新安龙伟杰清义山昌仁兴福芳贵良顺维秀瑞祥荣振丽君梅继亚宗宏凤飞"
    "宇峰鸿进景树敏嘉斌汉广祖玲美宁武彦兰铁刚信燕耀达恩波红慧鹏善贤孝辉岩治保健香莲惠亮基弟利友珍阳胜相绍邦涛力秋江剑霞旭"
    "启浩政卿森诚城霖锦贞怀泰莉铭川超勋甫远佳芬培麟延泽仙乐润康寿双雪雅青月传瑜茂翼仲博桂鸣佩儒孟婷星雄昭娜富鼎恒厚银礼庭"
    "尧柱岳群毅济琪秉闻栋鹤凯静瑶梦谦齐禹实柏欣冰艳哲蓉佐冬根桥仪诗虎然原炎灿普琦迎骏轩渊楚锋益凡颖捷潮翠威蔚澄裕溪隆桐萧"
    "雯迪肇震翔衡柔炳聪晨碧焕朗灵昆荫丰乔涵北朋舟望微钧策瑾尊育跃韵致璐炜旺钰珠薇茹圣艺湖莎洲纲鹰积驹宙菊沛舍慎述伊婉嫣悦"
    "楷卓竹紫腾壮藻榕彝展昊择圆鑫娴莹馨娃曼妍密妮蕾芝穆琼朵亨虹浚曙筠懿湘芹渠巧苗苏崖曦瑄琛琳珊菲茜倩珺璇璟翊韬骥淼焱垚珏"
    "玥玟婕妤娅媛姝婧昕晗暄曜泓淇潇灏烨煊熠霏翰羽芮苒荷萱蕙漪沁沐汐淳渝濛瀚锴镕骁驰朔杉棣棠楠樱橙檀祺禧祎穗筱笙娥娟娇桃杏"
    "枝禾稻梨柳松槐梓榆岚峻嵘岭屹崇嵩菁菀葵蓝莺雁鹃鸽鹭凰满仓田粮栓锁发财守承卫东南西谷怡念知夏思忆语言予屿诺睿洋宸皓铄琰"
    "瑛璋玮瑀珂琬强勇磊敬成平雷雨霄露晴琴磬弦歌书画棋石岗坚胤裔奕弈煜昱炫照熙晟晖辰黛娉芷若蓁莘茗薏蘅芸芙茉莓苓葆蔓朴枫榛"
    "樵渔耕牧篱篁筝笛箫钟鼓铃锐锵钢铜鸥鸾鹂麒骅骢骋淮渭汾沅湛沧涟漾淙洵泊泉淑瑗琅瑚珑琢"
)
GIVEN_FIRST = GIVEN | frozenset("小子大一有来得可以如亦之尔中国天长自太万千百三四五九正少老阿再方心喜连同留佑存冠引秀")
GIVEN_LAST = GIVEN | frozenset("生才儿和堂章涯年心川香武来喜奎魁官余有")


def surname_length(text: str, start: int) -> int:
    """Characters of the surname that could begin at a place of a text: 2, 1 or 0."""
    if text.startswith(COMPOUND_SURNAMES, start):
        return 2
    return int(text[start : start + 1] in SURNAMES)


def usual_given_name(characters: str) -> bool:
    """Whether one or two characters are such as given names are made of."""
    if len(characters) == 1:
        return characters in GIVEN
    return len(characters) == 2 and characters[0] in GIVEN_FIRST and characters[1] in GIVEN_LAST
