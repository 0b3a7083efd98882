"""Which Chinese characters are one and the same in the traditional and in the simplified script?

Buyers in Taiwan and Hong Kong write 報價, the rules say 报价. Only characters that the shipped rules and examples hold stand here,
each with the simplified one that it becomes (after OpenCC's TSCharacters, Apache-2.0). One character stays one character, so
places in a text stay what they are.
"""

from __future__ import annotations

_PAIRS = (
    "丟丢並并乾干亂乱亞亚佈布佔占併并來来侷局係系俬私倉仓個个們们倖幸倫伦偉伟偽伪傑杰備备傢家傭佣傳传傾倾僅仅僞伪價价儀仪儘尽償偿優优兌兑兒儿內内兩两冊册凍冻凱凯別别刪删則则剋克剛刚劃划劉刘劑剂勁劲動动務务"
    "勝胜勞劳勢势勵励匯汇區区協协卻却卽即厤历參参吳吴員员唄呗唸念問问啓启啞哑啟启喪丧喫吃單单嗎吗嘍喽嘗尝嘜唛嘰叽噸吨噹当嚐尝嚮向嚴严囌苏國国圖图團团埰采執执堅坚報报場场塊块塗涂塵尘墊垫壓压壞坏夠够夥伙夾夹"
    "奧奥奪夺奬奖媽妈孫孙學学寀采實实寧宁審审寫写寬宽寵宠將将專专尋寻對对導导屆届屢屡層层峯峰島岛崑昆崗岗師师帳帐帶带幣币幫帮幷并幹干幾几庫库廚厨廠厂廢废廣广廳厅弔吊張张強强彆别彈弹彎弯彔录彙汇彿佛後后徑径"
    "從从復复徹彻悅悦愛爱態态慮虑慶庆慾欲憑凭應应懞蒙戶户拚拼捨舍捲卷掃扫掛挂採采揚扬換换損损搖摇搶抢摺折撥拨撾挝擇择擊击擔担據据擡抬擬拟擰拧擱搁擺摆擾扰攏拢攜携攤摊敎教敗败敘叙數数斷断於于昇升時时暫暂曆历"
    "曉晓曏向書书會会朮术東东査查條条棟栋楊杨業业榘矩榦干榮荣構构樂乐樑梁樓楼標标樣样機机橫横檔档檢检檯台檸柠櫃柜櫻樱欄栏權权歐欧歡欢歷历歸归殻壳殼壳氣气氾泛汎泛汙污決决沒没況况涼凉淩凌淺浅減减測测湊凑準准"
    "溝沟溫温滌涤滙汇滬沪滯滞滿满漁渔漢汉漬渍漲涨潔洁潛潜潤润濛蒙濟济濤涛濾滤瀋沈瀏浏灣湾為为烏乌無无煙烟煩烦熱热燈灯燒烧營营燻熏爭争爲为爾尔牀床牴抵狀状猶犹獅狮獎奖獨独獲获獵猎現现環环產产産产畢毕畫画異异"
    "畵画當当痠酸發发盃杯盡尽監监盤盘盧卢眞真眾众矇蒙確确碼码磚砖礙碍祕秘禮礼稅税種种稱称穀谷積积穎颖穩稳穫获競竞筆笔箇个節节範范簡简簽签籤签糰团糾纠紀纪約约紅红紋纹納纳純纯紗纱紙纸級级紡纺細细紹绍終终組组"
    "結结絕绝給给絨绒統统絲丝絶绝綁绑經经綜综綢绸綫线維维網网綴缀綵彩緊紧線线編编緩缓緬缅練练緻致縮缩總总績绩織织繞绕繫系繳缴繼继續续纔才罰罚羅罗羣群義义習习翫玩聖圣聞闻聯联聲声職职聽听脈脉脩修脫脱腦脑腳脚"
    "膩腻臉脸臘腊臨临臺台與与興兴舉举舊旧舖铺舘馆艙舱茲兹華华菸烟萊莱萬万葉叶葯药蒐搜蒞莅蓆席蓋盖蓽荜蔘参蔣蒋薦荐薩萨藍蓝藥药蘇苏蘭兰處处號号虧亏衆众術术衕同衚胡衛卫袷夹裏里補补裝装裡里製制複复褲裤襬摆襯衬"
    "覈核見见規规視视親亲覽览觀观觸触訂订計计訊讯討讨訓训訖讫託托記记訪访設设許许訴诉診诊註注証证詐诈評评詢询試试話话該该詳详誇夸誌志認认誕诞誘诱語语誠诚誤误說说説说誰谁課课調调談谈請请諒谅論论諮咨諾诺講讲"
    "謝谢謹谨證证識识譚谭譜谱譯译議议護护讀读變变讓让讚赞豐丰貝贝負负財财貨货責责貴贵買买貸贷費费貼贴貿贸賀贺資资賈贾賒赊賓宾賠赔賣卖質质賬账賺赚購购賽赛贈赠贊赞贏赢趕赶趙赵踰逾車车軍军軟软軸轴較较載载輔辅"
    "輕轻輛辆輝辉輪轮輸输轉转辦办農农迴回逕径這这連连週周進进遊游運运過过達达違违遜逊遞递遠远適适遲迟遶绕遷迁選选遺遗還还邊边郵邮鄉乡鄧邓鄭郑醣糖醫医釋释釐厘針针釣钓釦扣鈞钧鈡钟鈴铃鉅巨銀银銅铜銷销銹锈鋁铝"
    "鋅锌鋪铺鋼钢錄录錢钱錯错録录錶表鍋锅鍍镀鍵键鍼针鍾钟鎊镑鎖锁鎭镇鎮镇鏈链鏽锈鐘钟鐵铁鑄铸鑑鉴鑒鉴長长門门閉闭開开間间閤合閥阀閱阅閲阅闆板闔阖關关陞升陣阵陳陈陸陆陽阳隊队階阶際际隨随險险隻只雙双雞鸡離离"
    "電电霧雾靜静鞦秋韆千韋韦韓韩響响頁页頂顶項项順顺須须頌颂預预頓顿領领頭头頻频顆颗題题額额顏颜顔颜願愿類类顧顾顯显風风颱台飛飞飯饭飲饮餅饼養养餘余館馆餵喂饋馈馬马馮冯駐驻騙骗騰腾騷骚驗验驚惊體体髮发鬆松"
    "鬍胡鬚须鬧闹魚鱼魯鲁鮮鲜鵬鹏鷄鸡鹽盐麗丽麥麦麪面麫面麵面麼么麽么黃黄點点黴霉鼕冬齊齐齋斋齣出龍龙龐庞"
)
SIMPLIFIED: dict[int, int] = {ord(traditional): ord(plain) for traditional, plain in zip(_PAIRS[::2], _PAIRS[1::2], strict=True)}
"""For ``str.translate``."""


def _written() -> dict[str, str]:
    """Each character with all ways in which it is written."""
    ways: dict[str, str] = {}
    for traditional, plain in SIMPLIFIED.items():
        ways[chr(plain)] = ways.get(chr(plain), chr(plain)) + chr(traditional)
    return {sign: all_ways for all_ways in ways.values() for sign in all_ways}


WRITTEN = _written()


def in_both_scripts(pattern: str) -> str:
    """A pattern that finds its characters in either script: ``价`` becomes ``[价價]``."""
    if pattern.isascii():
        return pattern
    out, inside, at = [], False, 0
    while at < len(pattern):
        sign = pattern[at]
        if sign == "\\":
            out.append(pattern[at : at + 2])
            at += 2
            continue
        if inside:
            inside = sign != "]"
            ends_a_range = pattern[at - 1] == "-" or pattern[at + 1 : at + 2] == "-"
            out.append(sign if ends_a_range else WRITTEN.get(sign, sign))
        else:
            inside = sign == "["
            out.append(f"[{WRITTEN[sign]}]" if sign in WRITTEN else sign)
            if inside:  # a bracket right behind the opening one is a sign like any other
                head = 1 + (pattern[at + 1 : at + 2] == "^")
                head += pattern[at + head : at + head + 1] == "]"
                out.append(pattern[at + 1 : at + head])
                at += head - 1
        at += 1
    return "".join(out)
