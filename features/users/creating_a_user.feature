@users @blocker
Feature: Creating a user
  Everything begins with an account. Whoever creates one must get an identity that is theirs alone,
  and must find again exactly what they entered, whatever language they write in.

  Rule: Everybody gets an identity of their own

    @REG-01 @clause-1.1 @clause-2.1 @clause-5.1
    Scenario: A new user gets an identity of their own
      Given user Grace exists
      When the client creates user Ada
      Then the answer shows user Ada as created
      And user Ada has an id that nobody else has
      And user Ada can be looked up within the promised time

    @REG-01 @clause-2.1 @needs-location
    Scenario: The answer says where the new user is
      Given user Grace exists
      When the client creates user Ada
      Then the answer leads to user Ada

    @REG-01 @clause-2.2
    Scenario: Creating twice creates two users
      When the client creates user Ada with name "Ada Lovelace"
      And the client creates user Grace with name "Ada Lovelace"
      Then user Grace has an id that nobody else has
      And user Ada can be looked up within the promised time
      And user Grace can be looked up within the promised time

    @REG-03 @REG-08 @clause-6.5
    Scenario: Users created at once are not mixed up
      When the client creates 20 users at once
      Then each of them was created with details and an id of their own
      And each of those created can be looked up within the promised time

    @REG-04 @clause-1.1 @clause-2.7
    Scenario: Somebody who returns gets a fresh identity
      Given user Ada has been deleted
      When the client creates user Grace with the details of user Ada
      Then the answer shows user Grace as created
      And user Grace has an id that nobody else has
      And user Ada is gone within the promised time

    @REG-04 @clause-1.1 @clause-2.7 @clause-5.3
    Scenario: Somebody who returns inherits nothing
      Given user Ada has been deleted
      When the client creates user Grace with the email of user Ada and no nickname
      Then the answer shows user Grace as created
      And user Grace can be looked up within the promised time

    @REG-04 @REG-05 @clause-1.4 @needs-timestamps
    Scenario: Somebody who returns is as new as anybody
      Given user Ada has been deleted
      When the client creates user Grace with the details of user Ada
      Then user Grace was created at the moment of the answer

  Rule: The service keeps what it is told

    @REG-02 @clause-1.3 @clause-2.12
    Scenario Outline: Every name is kept as it was written
      When the client creates user Ada with name "<name>"
      Then the answer shows user Ada as created
      And user Ada can be looked up within the promised time
      And user Ada is listed within the promised time

      Examples: Names that careless software spoils
        | case                 | name                                           |
        | accents              | Zoë Müller-Ångström                            |
        | combining accents    | Zoe\u0308 Nun\u0303ez                          |
        | Chinese              | 李小龍                                            |
        | Arabic               | محمد عبد الله                                  |
        | a family of emoji    | Ada \U0001F469\u200D\U0001F469\u200D\U0001F467 |
        | a letter beyond BMP  | \U0001D4D0da                                   |
        | an apostrophe        | Miles O'Brien                                  |
        | an ampersand         | Ada & <b>Sons</b> &amp; Daughters              |
        | a double quote       | Ada \"The Countess\" Lovelace                  |
        | a backslash          | Ada \\ Lovelace \\n                            |
        | two blanks inside    | Ada  King                                      |
        | a blank that holds   | Ada\u00A0King                                  |
        | a percent sign       | 100% Ada %41 + more                            |
        | digits only          | 0123                                           |
        | a number in disguise | 1e3                                            |
        | a truth value        | true                                           |
        | a null in disguise   | null                                           |
        | outer blanks         | \u0020Ada\u0020                                |
        | one letter           | A                                              |
        | database words       | Robert'); DROP TABLE users;--                  |

    @REG-02 @clause-1.3 @clause-2.12
    Scenario Outline: Every nickname is kept as it was written
      When the client creates user Ada with nickname "<nickname>"
      Then the answer shows user Ada as created
      And user Ada can be looked up within the promised time
      And user Ada is listed within the promised time

      Examples: Nicknames that careless software spoils
        | case                | nickname                      |
        | combining accents   | Zoe\u0308                     |
        | Chinese             | 小龍                            |
        | a letter beyond BMP | \U0001D4D0da                  |
        | markup              | <b>Ada</b> & \"the\" Countess |
        | two blanks inside   | Ada  the Countess             |
        | digits only         | 0123                          |
        | outer blanks        | \u0020Ada\u0020               |

    @REG-02 @clause-1.3
    Scenario Outline: Every email is kept as it was written
      When the client creates user Ada with an email that has <kind>
      Then the answer shows user Ada as created
      And user Ada can be looked up within the promised time

      Examples: Emails that careless software spoils
        | kind          |
        | a plus sign   |
        | dots          |
        | an underscore |
        | a hyphen      |
        | digits only   |
        | capitals      |

    @REG-02 @clause-1.3 @clause-1.1
    Scenario: An optional nickname may be left out
      When the client creates user Ada without a nickname
      Then the answer shows user Ada as created
      And user Ada can be looked up within the promised time
      And user Ada is listed within the promised time

    @REG-05 @clause-1.4 @needs-timestamps
    Scenario: The creation date is the moment of creation
      When the client creates user Ada
      Then user Ada was created at the moment of the answer

    @REG-06 @clause-1.5
    Scenario Outline: The caller cannot choose what the service decides
      When the client creates user Ada with a chosen <field>
      Then the chosen <field> is not taken over for user Ada

      Examples: What belongs to the service
        | field      |
        | id         |
        | role       |
        | created at |
        | updated at |

  Rule: A refusal leaves no trace

    @REG-07 @clause-3.4 @clause-5.3 @needs-validation
    Scenario Outline: A refused creation leaves nobody behind
      When the client creates user Ada with <flaw>
      Then the request is refused because the details are not valid
      And nobody has been created

      Examples: Flawed details
        | flaw                        |
        | an empty name               |
        | a missing email             |
        | an email without @          |
        | a nickname that is too long |
