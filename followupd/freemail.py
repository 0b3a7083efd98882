"""Which domains belong to nobody in particular?

An address at one of these says nothing about a company: two buyers at the same provider are strangers (DOMAIN 1.2, 16).
"""

from __future__ import annotations

FREE_MAIL = frozenset(
    """
    gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com icloud.com me.com
    mac.com aol.com proton.me protonmail.com pm.me zoho.com gmx.com gmx.net gmx.de gmx.at gmx.ch web.de t-online.de
    freenet.de mail.com mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua qq.com foxmail.com
    163.com 126.com yeah.net vip.163.com sina.com sina.cn sohu.com aliyun.com 139.com 189.cn 21cn.com tom.com hotmail.co.uk
    hotmail.fr hotmail.de hotmail.it hotmail.es outlook.fr outlook.de outlook.es outlook.it outlook.com.br yahoo.co.uk
    yahoo.fr yahoo.de yahoo.it yahoo.es yahoo.co.in yahoo.in yahoo.com.br yahoo.co.jp yahoo.com.mx yahoo.com.ar
    yahoo.com.hk yahoo.com.tw live.co.uk live.fr live.com.mx rediffmail.com libero.it virgilio.it tiscali.it alice.it
    orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bol.com.br uol.com.br terra.com.br ig.com.br globo.com
    naver.com daum.net hanmail.net nate.com btinternet.com comcast.net verizon.net att.net sbcglobal.net bellsouth.net
    cox.net charter.net earthlink.net shaw.ca rogers.com telus.net bigpond.com optusnet.com.au mynet.com hotmail.com.tr
    seznam.cz wp.pl o2.pl onet.pl interia.pl gmx.fr bluewin.ch skynet.be telenet.be ziggo.nl kpnmail.nl planet.nl
    tutanota.com tuta.io fastmail.com hushmail.com mail.bg abv.bg walla.co.il zoho.in maktoob.com
    """.split()
)
